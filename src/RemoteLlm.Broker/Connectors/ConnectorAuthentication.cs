using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Admits connectors to everything under <c>/_remotellm/</c>: token and cap first, upgrade afterwards.</summary>
internal sealed partial class ConnectorAuthentication(
    AccessFiles files, SessionRegistry sessions, DialThrottle throttle, ConnectorOptions options, ILogger<ConnectorAuthentication> logger) : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments("/_remotellm"))
        {
            await next(context);
            return;
        }

        if (sessions.Closing.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var address = context.Connection.RemoteIpAddress;
        if (throttle.Refuse(address) is { } wait)
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        if (!context.Request.IsHttps && !options.AcceptPlainText && address is not null && !System.Net.IPAddress.IsLoopback(address))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("Connectors must use wss:// here.\n", context.RequestAborted);
            return;
        }

        var token = BearerToken(context.Request);
        if (token is null || !ConnectorToken.IsWellFormed(token) || !files.Connectors.TryFind(ConnectorToken.Hash(token), out var connector))
        {
            Refused(logger, address?.ToString(), token is null ? "no token" : "unknown token");
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return;
        }

        if (connector.Blocked)
        {
            Refused(logger, address?.ToString(), "blocked");
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        context.Items[typeof(ConnectorRecord)] = connector;
        await next(context);
    }

    /// <summary>The connector whose token came with this request.</summary>
    public static ConnectorRecord ConnectorOf(HttpContext context) => (ConnectorRecord)context.Items[typeof(ConnectorRecord)]!;

    private static string? BearerToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
    }

    [LoggerMessage(1, LogLevel.Warning, "Connector refused {Address} {Cause}")]
    private static partial void Refused(ILogger logger, string? address, string cause);
}
