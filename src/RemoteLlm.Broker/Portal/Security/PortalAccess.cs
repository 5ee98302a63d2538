using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Security;

/// <summary>Who may open which pages.</summary>
internal static class PortalAccess
{
    /// <summary>Those who are logged in and approved.</summary>
    public static ValueTask<object?> UsersAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) => Viewer.Of(call.HttpContext) switch
    {
        null => ValueTask.FromResult<object?>(ToLogin(call.HttpContext)),
        { User.Pending: true } => ValueTask.FromResult<object?>(PortalPage.GoTo("/pending")),
        _ => next(call),
    };

    /// <summary>Operators.</summary>
    public static ValueTask<object?> OperatorsAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) => Viewer.Of(call.HttpContext) is null or { IsOperator: true }
        ? UsersAsync(call, next)
        : ValueTask.FromResult<object?>(PortalPage.Of<MessagePage, Message>(call.HttpContext, Message.ForOperators, StatusCodes.Status403Forbidden));

    // A page that was asked for is where the login leads; what a script asks for is told plainly.
    private static IResult ToLogin(HttpContext context)
    {
        var request = context.Request;
        return HttpMethods.IsGet(request.Method) && !request.Headers.ContainsKey("X-Requested-With")
            ? PortalPage.GoTo(request.Path == "/" && !request.QueryString.HasValue ? "/login" : "/login?return=" + Uri.EscapeDataString(request.Path + request.QueryString))
            : Results.StatusCode(StatusCodes.Status401Unauthorized);
    }
}
