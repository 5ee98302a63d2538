using Microsoft.Extensions.Logging;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Connector.Link;

/// <summary>Keeps one numbered channel of a session up: dials, shakes hands, gives the channel to the HTTP/2 server, dials again when it ends.</summary>
internal sealed partial class ChannelKeeper(
    BrokerDialer dialer, ChannelListener listener, LinkState state, LinkOptions options, ChannelOptions channelOptions, TimeProvider time, ILogger<ChannelKeeper> logger)
{
    /// <summary>Runs until cancelled, or until the broker says that the session has ended.</summary>
    public async Task RunAsync(SessionGrant session, int number, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(time, Random.Shared);
        while (!cancellationToken.IsCancellationRequested)
        {
            var end = await RunOnceAsync(session, number, backoff, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
                return;
            if (end.Reason is CloseReason.SessionEnded or CloseReason.Replaced or CloseReason.TooManyChannels)
            {
                ChannelGivenUp(logger, number, end.ToString());
                return;
            }

            var wait = end.Reason is CloseReason.VersionMismatch or CloseReason.Revoked ? options.RefusedWait : backoff.Failed();
            ChannelDown(logger, number, end.ToString(), (long)wait.TotalMilliseconds);
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private async Task<ChannelEnd> RunOnceAsync(SessionGrant session, int number, Backoff backoff, CancellationToken cancellationToken)
    {
        var dial = await dialer.DialAsync(ChannelHandshake.Path, ChannelHandshake.Subprotocol, cancellationToken);
        if (dial.Socket is not { } socket)
            return new ChannelEnd(dial.TokenRefused ? CloseReason.Revoked : CloseReason.Lost, dial.Problem, ByPeer: dial.Status is not null);

        Channel channel;
        try
        {
            using var patience = new CancellationTokenSource(channelOptions.HandshakeTimeout, time);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            var hello = new Hello(ProtocolVersion.Min, ProtocolVersion.Max, session.Session, session.Secret, number, Received: 0);
            await ChannelHandshake.SayHelloAsync(socket, hello, timeout.Token);
            channel = Channel.Start(socket, channelOptions, time);
        }
        catch (Exception exception) when (exception is System.Net.WebSockets.WebSocketException or IOException or OperationCanceledException)
        {
            socket.Dispose();
            return (exception as ChannelLostException)?.End ?? new ChannelEnd(CloseReason.Lost, $"the handshake failed ({exception.GetType().Name})", ByPeer: false);
        }

        return await ServeAsync(channel, number, backoff, cancellationToken);
    }

    private async Task<ChannelEnd> ServeAsync(Channel channel, int number, Backoff backoff, CancellationToken cancellationToken)
    {
        try
        {
            await listener.OfferAsync(channel, cancellationToken);
        }
        catch (Exception exception) when (exception is System.Threading.Channels.ChannelClosedException or OperationCanceledException)
        {
            return await channel.CloseAsync(CloseReason.ShuttingDown, "the connector is stopping");
        }

        backoff.Connected();
        state.ChannelUp();
        ChannelUp(logger, number);
        await using var stop = cancellationToken.Register(() => _ = channel.CloseAsync(CloseReason.ShuttingDown, "the connector is stopping"));
        var end = await channel.Ended;
        state.ChannelDown();
        return end;
    }

    [LoggerMessage(1, LogLevel.Information, "Channel up {Channel}")]
    private static partial void ChannelUp(ILogger logger, int channel);

    [LoggerMessage(2, LogLevel.Warning, "Channel down {Channel} {End} {RedialInMs}")]
    private static partial void ChannelDown(ILogger logger, int channel, string end, long redialInMs);

    [LoggerMessage(3, LogLevel.Warning, "Channel given up {Channel} {End}")]
    private static partial void ChannelGivenUp(ILogger logger, int channel, string end);
}
