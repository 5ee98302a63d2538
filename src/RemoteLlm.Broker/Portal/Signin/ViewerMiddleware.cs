using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;

namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>Finds out who is logged in, by the cookie and by what the files say of him now.</summary>
internal sealed class ViewerMiddleware(AccessFiles files) : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity?.IsAuthenticated == true)
        {
            if (SigninClaims.Find(context.User, files.Users) is { } viewer)
            {
                context.Features.Set(viewer);
            }
            else
            {
                await context.SignOutAsync(SigninClaims.Scheme);
                context.User = new();
            }
        }

        await next(context);
    }
}
