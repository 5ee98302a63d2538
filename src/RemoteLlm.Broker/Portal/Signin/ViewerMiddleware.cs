using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin.Logins;

namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>Finds out who is logged in, by the cookie and by what the files say of him now.</summary>
internal sealed class ViewerMiddleware(PortalLogins logins, AccessFiles files) : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity?.IsAuthenticated == true)
        {
            if (logins.Find(context.User) is { } viewer)
            {
                context.Features.Set(viewer);
            }
            else
            {
                var isBlocked = SigninClaims.FindUser(context.User, files.Users) is { Blocked: true };
                context.User = new();
                if (isBlocked && IsUnread(context.Request))
                {
                    await next(context);
                    return;
                }

                await context.SignOutAsync(SigninClaims.Scheme);
                // Once; the cookie is gone after that, and the login page is what he sees.
                if (isBlocked && !context.Request.Path.StartsWithSegments(SigninPaths.Login, StringComparison.Ordinal))
                {
                    await PortalPage.Of<MessagePage, Message>(context, SigninMessages.Blocked, StatusCodes.Status403Forbidden).ExecuteAsync(context);
                    return;
                }
            }
        }

        await next(context);
    }

    // What an open page asks for by itself nobody reads. Who is blocked is told so at the next thing that he does; until then the cookie stays, which is good for nothing else.
    private static bool IsUnread(HttpRequest request) => request.Headers.Upgrade.Count > 0 || request.Headers.XRequestedWith == "live";
}
