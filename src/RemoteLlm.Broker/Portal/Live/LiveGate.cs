using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Portal.Security;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Live;

/// <summary>Lets WebSockets of our own pages through to the hub, before the upgrade. Browsers send cookies with the WebSockets of any page, so the origin is what tells them apart.</summary>
internal sealed class LiveGate(LiveConnections connections, PortalSite site) : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var refusal = Refusal(context);
        if (refusal is null)
            return next(context);
        context.Response.StatusCode = refusal.Value;
        return Task.CompletedTask;
    }

    private int? Refusal(HttpContext context) =>
        !context.WebSockets.IsWebSocketRequest ? StatusCodes.Status400BadRequest
        : !IsOurs(context.Request) ? StatusCodes.Status403Forbidden
        : Viewer.Of(context) is not { User.Pending: false } viewer ? StatusCodes.Status401Unauthorized
        : !connections.HasRoom(viewer.Session) ? StatusCodes.Status429TooManyRequests
        : null;

    // The host is one of ours, or the request would not have come here; on loopback it need not be the public one, nor have TLS.
    private bool IsOurs(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin
        && (origin == site.UrlOf(request) || (HostCheck.IsLoopback(request.Host.Host) && (origin == $"http://{request.Host.Value}" || origin == $"https://{request.Host.Value}")));
}
