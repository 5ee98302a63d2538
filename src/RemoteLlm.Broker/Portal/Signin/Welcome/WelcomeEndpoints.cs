using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Security;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal.Signin.Welcome;

/// <summary>Where those get their first key who did not at their first login: they had to wait for approval.</summary>
internal static class WelcomeEndpoints
{
    public static void MapWelcome(this IEndpointRouteBuilder anyone)
    {
        var users = anyone.MapGroup("").AddEndpointFilter(PortalAccess.UsersAsync);
        users.MapGet(SigninPaths.Welcome, (HttpContext context, FirstKeys keys) => Viewer.Of(context) is { User.Keys.Count: 0 } ? keys.Offer(context) : PortalPage.GoTo("/"));
        users.MapPost(SigninPaths.Welcome, MakeAsync).RequireRateLimiting(PortalLimits.KeyMaking);
    }

    /// <summary>Leads those without any key to it.</summary>
    public static ValueTask<object?> FirstAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        Viewer.Of(call.HttpContext) is { User: { Pending: false, Keys.Count: 0 } } ? ValueTask.FromResult<object?>(PortalPage.GoTo(SigninPaths.Welcome)) : next(call);

    private static async Task<IResult> MakeAsync(HttpContext context, FirstKeys keys)
    {
        var user = Viewer.Of(context)!.User;
        return await keys.MakeAsync(context, user) switch
        {
            ({ } key, _) => keys.Page(context, user, key),
            (_, { Status: EditStatus.Unchanged }) => PortalPage.GoTo("/keys"),
            _ => keys.Offer(context, StatusCodes.Status409Conflict, "The list of users cannot be written at the moment. Try again, or ask an operator."),
        };
    }
}
