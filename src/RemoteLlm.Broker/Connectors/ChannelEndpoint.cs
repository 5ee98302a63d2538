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
        Hello? hello;
        ConnectorSession? session;
        try
        {
            using var patience = new CancellationTokenSource(options.HandshakeTimeout, time);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, patience.Token);
            hello = await ChannelHandshake.AwaitHelloAsync(socket, timeout.Token);
            if (hello is null)
                return;
            session = registry.Find(hello.Session);
            if (session is null || session.Token != ConnectorAuthentication.ConnectorOf(context).TokenDigest || !session.IsSecret(hello.Secret))
            {
                await ChannelHandshake.RefuseAsync(socket, CloseReason.SessionEnded, "this session is not known here, or has ended", timeout.Token);
                return;
            }

            await ChannelHandshake.WelcomeAsync(socket, hello, timeout.Token);
        }
        catch (Exception exception) when (exception is System.Net.WebSockets.WebSocketException or IOException or OperationCanceledException)
        {
            HandshakeFailed(logger, context.Connection.RemoteIpAddress?.ToString(), exception.GetType().Name);
            socket.Abort();
            return;
        }

        var channel = Channel.Start(socket, options, time);
        await using var closing = registry.Closing.Register(() => _ = channel.CloseAsync(CloseReason.ShuttingDown, "the broker is stopping"));
        using var client = ChannelClient.Create(channel);
        if (await WarmUpAsync(client))
            await sessions.CarryAsync(session, hello.Channel, client);
        await channel.CloseAsync(CloseReason.InternalError, "the channel did not answer its first request");
    }

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

    [LoggerMessage(1, LogLevel.Warning, "Channel handshake failed {Address} {Cause}")]
    private static partial void HandshakeFailed(ILogger logger, string? address, string cause);

    [LoggerMessage(2, LogLevel.Warning, "Channel warm-up failed {Cause}")]
    private static partial void WarmUpFailed(ILogger logger, string cause);
}
