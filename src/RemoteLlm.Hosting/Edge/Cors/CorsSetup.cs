using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace RemoteLlm.Hosting.Edge.Cors;

/// <summary>Lets pages of listed origins call the API from a browser. Without a list there is none of this, and a browser refuses by itself.</summary>
public static class CorsSetup
{
    // What Chromium keeps at most; Firefox would keep a day.
    private static readonly TimeSpan s_preflightAge = TimeSpan.FromHours(2);

    /// <summary>Adds what <see cref="UseEdgeCors"/> needs.</summary>
    public static void AddEdgeCors(this IServiceCollection services, CorsOrigins origins)
    {
        if (!origins.IsEmpty)
            services.AddCors(cors => cors.AddDefaultPolicy(policy => Allow(policy, origins)));
    }

    /// <summary>To be called before anything that answers. Connectors' paths are left out: no page has business there.</summary>
    public static void UseEdgeCors(this IApplicationBuilder app, CorsOrigins origins)
    {
        if (!origins.IsEmpty)
            app.UseWhen(context => !context.Request.Path.StartsWithSegments("/_remotellm"), edge => edge.Use(VaryAsync).UseCors());
    }

    // The framework says it to allowed origins only; a cache would then give another origin's answer to one of them.
    private static Task VaryAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(static response =>
        {
            var headers = ((HttpResponse)response).Headers;
            if (!headers.Vary.Contains(HeaderNames.Origin, StringComparer.OrdinalIgnoreCase))
                headers.Append(HeaderNames.Vary, HeaderNames.Origin);
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    }

    // A key comes in a header that the page's script sets. Credentials in the sense of CORS, cookies and the like, are not used and so not allowed.
    private static void Allow(CorsPolicyBuilder policy, CorsOrigins origins)
    {
        if (origins.Any)
            policy.AllowAnyOrigin();
        else
            policy.WithOrigins([.. origins.Patterns]).SetIsOriginAllowedToAllowWildcardSubdomains();
        // Which headers SDKs send changes with their versions; what must not cross the edge is dropped there.
        policy.WithMethods("GET", "POST", "DELETE").AllowAnyHeader().WithExposedHeaders([.. PublicHeaders.All.Select(header => header.Name)]).SetPreflightMaxAge(s_preflightAge);
    }
}
