using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.AspNetCore.Connections.Features;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Takes the WebSockets of channels: upgrade, handshake, warm-up, then the channel belongs to its session until it ends.</summary>
internal sealed partial class ChannelEndpoint(SessionRegistry registry, ConnectorSessions sessions, ChannelOptions options, TimeProvider time, ILogger<ChannelEndpoint> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(ChannelHandshake.Subprotocol))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($"A WebSocket with subprotocol {ChannelHandshake.Subprotocol} is expected here.\n", context.RequestAborted);
            return;
        }

        SendQueue.Limit(context.Features.Get<IConnectionSocketFeature>()?.Socket);
        var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = ChannelHandshake.Subprotocol,
            KeepAliveInterval = TimeSpan.FromSeconds(15),
            KeepAliveTimeout = TimeSpan.FromSeconds(30),
        });
        try
        {
            using var patience = new CancellationTokenSource(options.HandshakeTimeout, time);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, patience.Token);
            if (await ShakeHandsAsync(context, socket, timeout.Token) is { } call)
                await CarryAsync(call, socket);
        }
        catch (Exception exception) when (exception is System.Net.WebSockets.WebSocketException or IOException or OperationCanceledException)
        {
            HandshakeFailed(logger, context.Connection.RemoteIpAddress?.ToString(), (exception as ChannelLostException)?.End.ToString() ?? exception.GetType().Name);
            socket.Abort();
        }
    }

    private async Task<Call?> ShakeHandsAsync(HttpContext context, System.Net.WebSockets.WebSocket socket, CancellationToken cancellationToken)
    {
        if (await ChannelHandshake.AwaitHelloAsync(socket, cancellationToken) is not { } hello)
            return null;
        var session = registry.Find(hello.Session);
        if (session is null || session.Token != ConnectorAuthentication.ConnectorOf(context).TokenDigest || !session.IsSecret(hello.Secret))
        {
            await ChannelHandshake.RefuseAsync(socket, CloseReason.SessionEnded, "this session is not known here, or has ended", cancellationToken);
            return null;
        }

        var refusal = session.Place(hello, () => new Channel(options, time), out var channel, out var made, out var replaced);
        // Not awaited: the line under the old one may be half-open, and nobody waits for its goodbye.
        _ = replaced?.Channel.CloseAsync(CloseReason.Replaced, "a newer channel has this number");
        if (refusal is { } reason)
        {
            await ChannelHandshake.RefuseAsync(socket, reason, WordsFor(reason), cancellationToken);
            return null;
        }

        // From here on, whatever becomes of this socket: the channel outlives it.
        if (made)
            _ = sessions.FollowAsync(session, hello.Channel, channel!);
        var claim = await channel!.Channel.ClaimAsync();
        await ChannelHandshake.WelcomeAsync(socket, hello, claim, options.ResumeWindow, cancellationToken);
        return new Call(session, hello, channel, claim);
    }

    private async Task CarryAsync(Call call, System.Net.WebSockets.WebSocket socket)
    {
        var (session, hello, placed, claim) = call;
        var channel = placed.Channel;
        await using var closing = registry.Closing.Register(() => _ = channel.CloseAsync(CloseReason.ShuttingDown, "the broker is stopping"));
        var carrying = channel.CarryAsync(claim, socket, hello.Received);
        if (placed.TryBegin())
            _ = WarmUpAsync(placed);
        var end = await carrying;
        LineDown(logger, session.ConnectorId, session.Id, hello.Channel, end.ToString());
    }

    // Outlives the socket that it began with.
    private async Task WarmUpAsync(SessionChannel channel)
    {
        if (await WarmUpAsync(channel.Client))
            channel.SetWarm();
        else
            await channel.Channel.CloseAsync(CloseReason.InternalError, "the channel did not answer its first request");
    }

    private static string WordsFor(CloseReason reason) => reason switch
    {
        CloseReason.TooManyChannels => "this session has fewer channels",
        CloseReason.ChannelEnded => "this channel has ended here: dial a new one, with a greater epoch and nothing received",
        _ => "the session has ended",
    };

    // The first request over a connection pays for its set-up; nobody's first token should.
    private async Task<bool> WarmUpAsync(ChannelClient client)
    {
        using var timeout = new CancellationTokenSource(options.HandshakeTimeout, time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(ChannelClient.Authority, TunnelHeaders.WarmUpPath))
            {
                Version = System.Net.HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var response = await client.SendAsync(request, timeout.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            WarmUpFailed(logger, exception.GetType().Name);
            return false;
        }
    }

    /// <summary>What a handshake came to: a channel of a session, and the claim by which this socket may carry it.</summary>
    private sealed record Call(ConnectorSession Session, Hello Hello, SessionChannel Channel, ChannelClaim Claim);

    [LoggerMessage(1, LogLevel.Warning, "Channel handshake failed {Address} {Cause}")]
    private static partial void HandshakeFailed(ILogger logger, string? address, string cause);

    [LoggerMessage(2, LogLevel.Warning, "Channel warm-up failed {Cause}")]
    private static partial void WarmUpFailed(ILogger logger, string cause);

    [LoggerMessage(3, LogLevel.Information, "Channel down {Connector} {Session} {Channel} {End}")]
    private static partial void LineDown(ILogger logger, string connector, string session, int channel, string end);
}
