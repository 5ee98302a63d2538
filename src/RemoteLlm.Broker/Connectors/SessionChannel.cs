using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Connectors;

/// <summary>A channel in its place within a session, with the HTTP/2 client over it.</summary>
/// <param name="epoch">Which channel of its number it is: PROTOCOL.md, section 4.</param>
/// <param name="channel">The channel.</param>
internal sealed class SessionChannel(long epoch, Channel channel)
{
    private readonly TaskCompletionSource _warmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;

    public long Epoch { get; } = epoch;

    public Channel Channel { get; } = channel;

    public ChannelClient Client { get; } = ChannelClient.Create(channel);

    /// <summary>Its first request was answered: it may get others.</summary>
    public bool Warm => Warmed.IsCompleted;

    /// <summary>Completes when <see cref="Warm"/> becomes true; never where its first request fails.</summary>
    public Task Warmed => _warmed.Task;

    /// <summary>True while requests may go here.</summary>
    public bool Usable => Warm && Channel.LineUp;

    /// <summary>Says that its first request was answered.</summary>
    public void SetWarm() => _warmed.TrySetResult();

    /// <summary>True for the first who asks: who is to send its first request.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;
}
