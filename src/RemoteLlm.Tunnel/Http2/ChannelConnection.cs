using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Http2;

/// <summary>One channel in the shape in which Kestrel wants its connections.</summary>
internal sealed class ChannelConnection : ConnectionContext
{
    private readonly Channel _channel;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _signalled;

    public ChannelConnection(Channel channel, EndPoint listener)
    {
        _channel = channel;
        Transport = channel.Transport;
        LocalEndPoint = listener;
        ConnectionClosed = _closed.Token;
        _signalled = SignalEndAsync();
    }

    public override string ConnectionId { get; set; } = Guid.CreateVersion7().ToString("N");

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public override void Abort(ConnectionAbortedException abortReason) => _ = _channel.CloseAsync(CloseReason.InternalError, "the connector's HTTP/2 server aborted the connection");

    public override async ValueTask DisposeAsync()
    {
        // Kestrel has completed both pipes by now: the channel sends what is left, says CLOSE and ends.
        await _channel.FinishAsync();
        await _signalled;
        _closed.Dispose();
        await base.DisposeAsync();
    }

    private async Task SignalEndAsync()
    {
        await _channel.Ended;
        await _closed.CancelAsync();
    }
}
