using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>Login and logout.</summary>
internal static class SigninEndpoints
{
    public static void MapSignin(this IEndpointRouteBuilder anyone)
    {
        anyone.MapGet(SigninPaths.Login, (HttpContext context, PortalOptions options) => PortalPage.Of<LoginPage, LoginModel>(context, new LoginModel(options.UsesGitLab, options.DevLogin, ReturnPath.Of(context.Request))));
        anyone.MapPost(SigninPaths.Development, DevelopmentAsync);
        anyone.MapPost(SigninPaths.Logout, async (HttpContext context) =>
        {
            await context.SignOutAsync(SigninClaims.Scheme);
            return PortalPage.GoTo(Notice.On(SigninPaths.Login, "signed-out"));
        });
    }

    private static async Task<IResult> DevelopmentAsync(HttpContext context, PortalOptions options, PortalEdits edits, AccessFiles files)
    {
        if (!options.DevLogin)
            return Results.NotFound();
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = form["name"].ToString().Trim();
        var outcome = await edits.UsersAsync(context, "user.signed-up", name, users => users.AddUser(name, context.RequestAborted));
        if (!outcome.IsDone || files.Users.FindUser(name) is not { } user)
            return PortalPage.Of<LoginPage, LoginModel>(context, new LoginModel(options.UsesGitLab, options.DevLogin, ReturnPath.Of(context.Request)), StatusCodes.Status400BadRequest, outcome.Message);
        await context.SignInAsync(SigninClaims.Scheme, SigninClaims.New(user));
        return PortalPage.GoTo(ReturnPath.Checked(form["return"].ToString()));
    }
}
