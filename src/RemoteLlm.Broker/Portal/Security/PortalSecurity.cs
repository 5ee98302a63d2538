using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Security;

/// <summary>What runs before every endpoint of the portal, and before none of the API.</summary>
internal static partial class PortalSecurity
{
    public static void UsePortal(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<PortalOptions>().IsOn)
        {
            UsePortalOff(app);
            return;
        }

        // The framework would put this before everything, for API requests too, and answer returns from GitLab before we have looked at them. This key says that it has its place.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        var options = app.Services.GetRequiredService<PortalOptions>();
        if (options is { Approval: SignUpApproval.Auto, ApprovesAtOnce: false })
            EverybodyWaits(app.Logger);
        var site = app.Services.GetRequiredService<PortalSite>();
        app.UseWhen(IsPortal, portal =>
        {
            portal.Use((context, next) =>
            {
                PortalHeaders.Write(context.Response, site.IsSecure);
                if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit && context.GetEndpoint()?.Metadata.GetMetadata<LargeBody>() is null)
                    limit.MaxRequestBodySize = FormGuard.MaxForm;
                return next(context);
            });
            portal.UseMiddleware<HostCheck>();
            portal.UseMiddleware<CallbackLimit>();
            portal.UseAuthentication();
            portal.UseMiddleware<ViewerMiddleware>();
            portal.UseRateLimiter();
            portal.Use((context, next) => LostPages.IsLost(context) ? LostPages.NotFoundAsync(context) : next(context));
        });
    }

    private static void UsePortalOff(WebApplication app)
    {
        Task<string>? page = null;
        app.UseWhen(LostPages.IsStart, portal => portal.Run(async context =>
        {
            PortalHeaders.Write(context.Response, secure: false);
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(await (page ??= LostPages.RenderOffAsync(app.Services.GetRequiredService<ILoggerFactory>())), context.RequestAborted);
        }));
    }

    [LoggerMessage(1, LogLevel.Warning, "--approval auto without --gitlab-allowed-users or --gitlab-allowed-groups would let in all of GitLab: everybody waits for an operator")]
    private static partial void EverybodyWaits(ILogger logger);

    private static bool IsPortal(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<PortalMark>() is not null || context.Request.Path == SigninPaths.Callback || LostPages.IsLost(context);
}

/// <summary>Marks an endpoint whose body may be as large as an API request's: the chat.</summary>
internal sealed class LargeBody
{
    public static LargeBody Instance { get; } = new();
}
