using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Security;
using RemoteLlm.Broker.Portal.Signin.GitLab;
using RemoteLlm.Broker.Portal.Signin.Logins;
using RemoteLlm.Broker.Portal.Signin.Welcome;

namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>Login and logout.</summary>
internal static class SigninEndpoints
{
    public static void MapSignin(this IEndpointRouteBuilder anyone)
    {
        anyone.MapGet(SigninPaths.Login, (HttpContext context, PortalOptions options) => LoginPage(context, options));
        anyone.MapGet(SigninPaths.GitLab, ToGitLab).RequireRateLimiting(PortalLimits.Login);
        anyone.MapPost(SigninPaths.Development, DevelopmentAsync).RequireRateLimiting(PortalLimits.Login);
        anyone.MapGet(SigninPaths.Pending, Pending);
        anyone.MapPost(SigninPaths.Logout, async (HttpContext context, PortalLogins logins) =>
        {
            await logins.EndAsync(context);
            return PortalPage.GoTo(Notice.On(SigninPaths.Login, "signed-out"));
        });
        anyone.MapWelcome();
    }

    private static IResult LoginPage(HttpContext context, PortalOptions options, int status = StatusCodes.Status200OK, string? problem = null) =>
        PortalPage.Of<LoginPage, LoginModel>(context, new LoginModel(options.UsesGitLab, options.DevLogin, ReturnPath.Of(context.Request)), status, problem);

    private static IResult ToGitLab(HttpContext context, PortalOptions options, PortalSite site)
    {
        if (!options.UsesGitLab)
            return Results.NotFound();
        // The login comes back to the public address, and so must the cookie that it begins with.
        return site.IsAt(context.Request)
            ? Results.Challenge(new AuthenticationProperties { RedirectUri = ReturnPath.Of(context.Request) }, [GitLabLogin.Scheme])
            : Results.Redirect(site.UrlOf(context.Request) + context.Request.Path + context.Request.QueryString);
    }

    private static IResult Pending(HttpContext context) => Viewer.Of(context) switch
    {
        null => PortalPage.GoTo(SigninPaths.Login),
        { User.Pending: true } => PortalPage.Of<MessagePage, Message>(context, SigninMessages.Pending),
        _ => PortalPage.GoTo("/"),
    };

    private static async Task<IResult> DevelopmentAsync(HttpContext context, PortalOptions options, PortalEdits edits, AccessFiles files, NamedOperators operators, PortalLogins logins)
    {
        if (!options.DevLogin)
            return Results.NotFound();
        // A proxy on this machine makes the address of the listener no proof of who may come.
        if (context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address))
            return PortalPage.Of<MessagePage, Message>(context, SigninMessages.ThisMachineOnly, StatusCodes.Status403Forbidden);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = form["name"].ToString().Trim();
        context.Features.Set(new SigningIn(name));
        var known = files.Users.FindUser(name);
        if (known is not { IsListed: true })
        {
            var outcome = await edits.UsersAsync(context, "user.signed-up", name, users => users.AddUser(new NewUser(name), firstKey: null, CancellationToken.None));
            known = files.Users.FindUser(name);
            if (known is null)
                return LoginPage(context, options, StatusCodes.Status400BadRequest, outcome.Message);
        }

        if (known.Blocked)
            return PortalPage.Of<MessagePage, Message>(context, SigninMessages.Blocked, StatusCodes.Status403Forbidden);
        await logins.BeginAsync(context, await operators.RaiseAsync(context, known), "development");
        return PortalPage.GoTo(ReturnPath.Checked(form["return"].ToString()));
    }
}
