using System.Net.WebSockets;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Connector.Link;

/// <summary>The channel that has a number now: the same over many sockets, and another with the next epoch once it has ended.</summary>
internal sealed class KeptChannel(int number, ChannelOptions options, TimeProvider time) : IAsyncDisposable
{
    private Channel _current = new(options, time);
    private bool _offered;

    public int Number { get; } = number;

    /// <summary>Which channel of this number it is: PROTOCOL.md, section 4.</summary>
    public long Epoch { get; private set; } = 1;

    public Channel Current => Volatile.Read(ref _current);

    /// <summary>Makes a new channel where the present one has ended.</summary>
    public void RenewIfEnded()
    {
        if (!Current.Ended.IsCompleted)
            return;
        Epoch++;
        _offered = false;
        Volatile.Write(ref _current, new Channel(options, time));
    }

    /// <summary>Puts a socket under the channel, with the shorter of the two ends' resume windows.</summary>
    public Task<ChannelEnd> Carry(ChannelClaim claim, WebSocket socket, Welcome welcome)
    {
        var granted = TimeSpan.FromMilliseconds(Math.Clamp(welcome.ResumeWindowMs, 0, (long)TimeSpan.FromDays(1).TotalMilliseconds));
        Current.ResumeWindow = granted < options.ResumeWindow ? granted : options.ResumeWindow;
        return Current.CarryAsync(claim, socket, welcome.Received);
    }

    /// <summary>True once for each channel: the HTTP/2 server has yet to be given it.</summary>
    public bool TryOffer() => !_offered && (_offered = true);

    public Task<ChannelEnd> CloseAsync(CloseReason reason, string detail) => Current.CloseAsync(reason, detail);

    public async ValueTask DisposeAsync() => await CloseAsync(CloseReason.ShuttingDown, "the connector is stopping");
}
