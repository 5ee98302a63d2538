using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Tests.Support;

/// <summary>A channel with both of its ends, on a clock that stands still.</summary>
internal sealed class ChannelPair : IAsyncDisposable
{
    private ChannelPair(WebSocketPair sockets, ManualTime time, ChannelOptions options)
    {
        (Sockets, Time) = (sockets, time);
        Connector = Carried.By(sockets.Connector, options, time);
        Broker = Carried.By(sockets.Broker, options, time);
    }

    public WebSocketPair Sockets { get; }

    public ManualTime Time { get; }

    public Channel Connector { get; }

    public Channel Broker { get; }

    public static async Task<ChannelPair> OpenAsync(ChannelOptions? options = null) =>
        new(await WebSocketPair.OpenAsync(), new ManualTime(), options ?? new ChannelOptions { ResumeWindow = TimeSpan.Zero });

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Connector.DisposeAsync().AsTask(), Broker.DisposeAsync().AsTask()).OrHang();
        Sockets.Dispose();
    }
}
