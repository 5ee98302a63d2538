using Microsoft.Extensions.Logging;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Connector.Link;

/// <summary>
/// Keeps one numbered channel of a session up: dials, shakes hands, puts the socket under the channel, and dials again when the socket is lost.
/// Only when the channel itself has ended is the HTTP/2 server given a new one.
/// </summary>
internal sealed partial class ChannelKeeper(
    BrokerDialer dialer, ChannelListener listener, LinkState state, LinkOptions options, ChannelOptions channelOptions, TimeProvider time, ILoggerFactory loggers, ILogger<ChannelKeeper> logger)
{
    /// <summary>Runs until cancelled, or until the broker says that the session has ended.</summary>
    /// <param name="session">The session.</param>
    /// <param name="number">The channel's number in it.</param>
    /// <param name="tried">Set once the channel is up, or a first try has failed: the turn of the next.</param>
    /// <param name="cancellationToken">Ends the channel.</param>
    public async Task RunAsync(SessionGrant session, int number, TaskCompletionSource tried, CancellationToken cancellationToken)
    {
        await using var kept = new KeptChannel(number, channelOptions, time);
        var backoff = new Backoff(time, Random.Shared);
        var alert = new OutageAlert($"{options.Broker} (channel {number})", state, time, loggers.CreateLogger<OutageAlert>());
        // Not only in the end: a channel whose line is up waits for nothing.
        await using var stop = cancellationToken.Register(() => _ = kept.CloseAsync(CloseReason.ShuttingDown, "the connector is stopping"));
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var dial = await dialer.DialAsync(ChannelHandshake.Path, ChannelHandshake.Subprotocol, cancellationToken);
                var end = dial.Socket is { } socket
                    ? await CarryAsync(session, kept, socket, backoff, alert, tried, cancellationToken)
                    : new ChannelEnd(dial.TokenRefused ? CloseReason.Revoked : CloseReason.Lost, dial.Problem, ByPeer: dial.Status is not null);
                tried.TrySetResult();
                if (end.Reason is CloseReason.SessionEnded or CloseReason.TooManyChannels)
                {
                    ChannelGivenUp(logger, number, end.ToString());
                    return;
                }

                var wait = dial.Wait(options) ?? (end.Reason is CloseReason.VersionMismatch or CloseReason.Revoked ? options.RefusedWait : backoff.Failed());
                LineDown(logger, number, end.ToString(), (long)wait.TotalMilliseconds);
                if (state.ChannelsUp == 0 && state.ControlUp)
                {
                    // The control connection alone serves nobody.
                    state.Fail(end.Detail);
                    alert.Failed(end.Detail);
                }

                await dialer.PauseAsync(dial, wait, cancellationToken);
            }
        }
        finally
        {
            tried.TrySetResult();
            state.Finished(number, kept.Current);
        }
    }

    private async Task<ChannelEnd> CarryAsync(
        SessionGrant session, KeptChannel kept, System.Net.WebSockets.WebSocket socket, Backoff backoff, OutageAlert alert, TaskCompletionSource tried, CancellationToken cancellationToken)
    {
        ChannelClaim claim;
        Welcome welcome;
        try
        {
            using var patience = new CancellationTokenSource(channelOptions.HandshakeTimeout, time);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            kept.RenewIfEnded();
            claim = await kept.Current.ClaimAsync();
            var hello = new Hello(ProtocolVersion.Min, ProtocolVersion.Max, session.Session, session.Secret, kept.Number, kept.Epoch, claim.Received);
            welcome = await ChannelHandshake.SayHelloAsync(socket, hello, timeout.Token);
        }
        // All of them: a dying socket throws many types, and a keeper that falls takes the session with it.
        catch (Exception exception)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            var end = (exception as ChannelLostException)?.End ?? new ChannelEnd(CloseReason.Lost, $"the handshake failed ({exception.GetType().Name})", ByPeer: false);
            // What the broker has no more cannot be resumed; the HTTP/2 server is to know now.
            if (end.Reason is CloseReason.ChannelEnded or CloseReason.Replaced or CloseReason.ProtocolError)
                await kept.CloseAsync(end.Reason, end.Detail);
            return end;
        }

        var carrying = kept.Carry(claim, socket, welcome);
        if (kept.TryOffer() && !await OfferAsync(kept, cancellationToken))
            return await carrying;
        backoff.Connected();
        alert.Up();
        state.Began(kept.Number, kept.Current);
        state.ChannelUp();
        tried.TrySetResult();
        LineUp(logger, kept.Number, kept.Epoch, claim.Received, kept.Current.ResumeWindow.TotalSeconds);
        var lost = await carrying;
        state.ChannelDown();
        return lost;
    }

    private async Task<bool> OfferAsync(KeptChannel kept, CancellationToken cancellationToken)
    {
        try
        {
            await listener.OfferAsync(kept.Current, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is System.Threading.Channels.ChannelClosedException or OperationCanceledException)
        {
            await kept.CloseAsync(CloseReason.ShuttingDown, "the connector is stopping");
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Channel up {Channel} {Epoch} {ResumedAt} {ResumeWindowSeconds}")]
    private static partial void LineUp(ILogger logger, int channel, long epoch, long resumedAt, double resumeWindowSeconds);

    [LoggerMessage(2, LogLevel.Warning, "Channel down {Channel} {End} {RedialInMs}")]
    private static partial void LineDown(ILogger logger, int channel, string end, long redialInMs);

    [LoggerMessage(3, LogLevel.Warning, "Channel given up {Channel} {End}")]
    private static partial void ChannelGivenUp(ILogger logger, int channel, string end);
}
