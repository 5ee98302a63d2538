using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Security;

/// <summary>Caps returns from GitLab by address: each may cost a question to GitLab, which counts them as ours. The framework's login answers them before its limits are looked at.</summary>
internal sealed class CallbackLimit : IMiddleware, IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.Create<HttpContext, string>(PortalLimits.LoginOf);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path != SigninPaths.Callback)
        {
            await next(context);
            return;
        }

        using var lease = _limiter.AttemptAcquire(context);
        await (lease.IsAcquired ? next(context) : PortalLimits.RefuseAsync(context, lease));
    }

    public void Dispose() => _limiter.Dispose();
}
