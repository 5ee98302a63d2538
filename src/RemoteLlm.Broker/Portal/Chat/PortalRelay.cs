using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Api;
using RemoteLlm.Broker.Portal.Security;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Portal.Chat;

/// <summary>
/// OpenAI's chat endpoint for the portal's own pages: by the login's cookie and the form token in <c>X-Form-Token</c> instead of a key, and for the rest as for everybody: the same limits,
/// heartbeats, errors, usage and log line.
/// </summary>
internal static class PortalRelay
{
    /// <summary>Where it is.</summary>
    public const string Path = "/chat/completions";

    private static readonly ApiEndpoint s_chat = ApiEndpoints.Find("/v1/chat/completions")!;

    public static void MapPortalRelay(this IEndpointRouteBuilder routes) => routes.MapPost(Path, AnswerAsync)
        .WithMetadata(PortalMark.Instance, LargeBody.Instance)
        .AddEndpointFilter(RefuseKeyedAsync)
        // In this order: a token is of one login, and who has none any more is to hear of that.
        .AddEndpointFilter(PortalAccess.UsersAsync)
        .AddEndpointFilter(FormGuard.CheckAsync);

    // A client whose base URL lacks /v1 comes here with a key: it is told what it is told of every path that is not served.
    private static async ValueTask<object?> RefuseKeyedAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var context = call.HttpContext;
        if (SentKey.Of(context.Request.Headers) is null)
            return await next(call);
        await ((PathRefusal)context.RequestServices.GetService(typeof(PathRefusal))!).HandleAsync(context);
        await UnreadBody.DiscardAsync(context);
        return Results.Empty;
    }

    private static Task AnswerAsync(HttpContext context, EdgeDirectory directory, RelayHandler relay)
    {
        context.Features.Set(new PortalRequest(directory.PortalKeyOf(Viewer.Of(context)!.User)));
        // Between the page and this broker, not for those behind it.
        context.Request.Headers.Remove("X-Form-Token");
        return relay.HandleAsync(context, s_chat);
    }
}
