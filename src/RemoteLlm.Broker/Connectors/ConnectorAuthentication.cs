using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Admits connectors to everything under <c>/_remotellm/</c>: token and caps first, upgrade afterwards.</summary>
internal sealed partial class ConnectorAuthentication(
    AccessFiles files, SessionRegistry sessions, DialThrottle throttle, ControlLobby lobby, ConnectorOptions options, ILogger<ConnectorAuthentication> logger) : IMiddleware
{
    // A broker that restarts listens again in a moment, and its connectors are to be back in 2 s.
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(1);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments("/_remotellm"))
        {
            await next(context);
            return;
        }

        var address = context.Connection.RemoteIpAddress;
        if (sessions.Closing.IsCancellationRequested)
        {
            Later(context, StatusCodes.Status503ServiceUnavailable, s_closing);
        }
        else if (throttle.Refuse(address) is { } wait)
        {
            Later(context, StatusCodes.Status429TooManyRequests, wait);
        }
        else if (options.RequireTls && !context.Request.IsHttps && address is not null && !IPAddress.IsLoopback(address))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("Connectors must use wss:// here.\n", context.RequestAborted);
        }
        else if (Authenticate(context, address) is { } connector)
        {
            context.Items[typeof(ConnectorRecord)] = connector;
            await (context.Request.Path.StartsWithSegments(ControlContract.Path) ? ReceiveAsync(context, connector, next) : next(context));
        }
    }

    /// <summary>The connector whose token came with this request.</summary>
    public static ConnectorRecord ConnectorOf(HttpContext context) => (ConnectorRecord)context.Items[typeof(ConnectorRecord)]!;

    /// <summary>The control connection of this request has its session: it may stay.</summary>
    public static void SessionOpened(HttpContext context) => (context.Items[typeof(ControlVisit)] as ControlVisit)?.Dispose();

    private ConnectorRecord? Authenticate(HttpContext context, IPAddress? address)
    {
        var token = BearerToken(context.Request);
        var known = token is not null && ConnectorToken.IsWellFormed(token) && files.Connectors.TryFind(ConnectorToken.Hash(token), out var connector) ? connector : null;
        if (known is { Blocked: false })
            return known;
        if (throttle.CountFailure(address) is { } wait)
        {
            Later(context, StatusCodes.Status429TooManyRequests, wait);
            return null;
        }

        Refused(logger, address?.ToString(), token is null ? "no token" : known is not null ? "blocked" : "unknown token");
        context.Response.StatusCode = known is not null ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        if (known is null)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return null;
    }

    // A WebSocket's request lasts as long as the WebSocket does.
    private async Task ReceiveAsync(HttpContext context, ConnectorRecord connector, RequestDelegate next)
    {
        using var visit = lobby.Enter(connector.TokenDigest, () => Overstayed(context, connector));
        if (visit is null)
        {
            TooManyWait(logger, connector.Name, context.Connection.RemoteIpAddress?.ToString());
            Later(context, StatusCodes.Status429TooManyRequests, ControlLobby.Longest);
            return;
        }

        context.Items[typeof(ControlVisit)] = visit;
        await next(context);
    }

    private void Overstayed(HttpContext context, ConnectorRecord connector)
    {
        NoSession(logger, connector.Name, context.Connection.RemoteIpAddress?.ToString());
        context.Abort();
    }

    // Whole seconds is what the header has; at least one, since none would mean at once.
    private static void Later(HttpContext context, int status, TimeSpan wait)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    private static string? BearerToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
    }

    [LoggerMessage(1, LogLevel.Warning, "Connector refused {Address} {Cause}")]
    private static partial void Refused(ILogger logger, string? address, string cause);

    [LoggerMessage(2, LogLevel.Warning, "Control connection without a session ended {Connector} {Address}")]
    private static partial void NoSession(ILogger logger, string connector, string? address);

    [LoggerMessage(3, LogLevel.Warning, "Connector refused: too many control connections without a session {Connector} {Address}")]
    private static partial void TooManyWait(ILogger logger, string connector, string? address);
}
