using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.Hosting.Edge;

/// <summary>
/// What every edge has, be it the broker's or a connector's LAN port. Who may use it, what it offers and where it logs to are the host's:
/// <see cref="IEdgeAccess"/>, <see cref="IModelCatalogue"/> and <see cref="IEdgeLog"/>.
/// </summary>
public static class EdgeMapping
{
    /// <summary>Adds its parts.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="own">The endpoints that the edge answers itself.</param>
    public static IServiceCollection AddEdge(this IServiceCollection services, IReadOnlyList<ApiEndpoint> own)
    {
        services.AddRoutingCore();
        services.TryAddSingleton<FailedKeyThrottle>();
        services.TryAddSingleton<OwnEndpoint>();
        services.TryAddSingleton<ModelsHandler>();
        services.TryAddSingleton<OllamaCatalogue>();
        services.TryAddSingleton(provider => new PathRefusal(own, provider.GetRequiredService<IEdgeLog>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>The API's table of contents: questions about models, relayed endpoints, and a refusal for all else.</summary>
    /// <param name="routes">Where it is written.</param>
    /// <param name="relay">Serves a relayed endpoint.</param>
    /// <param name="discard">What to do with a body that nobody wants, once its request was refused.</param>
    public static void MapEdge(this IEndpointRouteBuilder routes, Func<HttpContext, ApiEndpoint, Task> relay, Func<HttpContext, Task> discard)
    {
        var services = routes.ServiceProvider;
        var models = services.GetRequiredService<ModelsHandler>();
        routes.MapGet(OwnEndpoints.Models.Path, models.ListAsync);
        // Ids hold slashes: the rest of the path is the id.
        routes.MapGet(OwnEndpoints.Models.Path + "/{**id}", models.OneAsync);

        var ollama = services.GetRequiredService<OllamaCatalogue>();
        routes.MapGet(OwnEndpoints.Tags.Path, ollama.TagsAsync);
        routes.MapGet(OwnEndpoints.Loaded.Path, ollama.LoadedAsync);
        routes.MapGet(OwnEndpoints.Version.Path, ollama.VersionAsync);
        // How Ollama's command line asks whether anybody is there.
        routes.MapMethods("/", [HttpMethods.Head], () => Results.Ok());

        // Relayed requests skip routing: the path either matches one of ours exactly or is not served.
        var refusal = services.GetRequiredService<PathRefusal>();
        routes.MapFallback("{**path}", context => ApiEndpoints.Find(context.Request.Path.Value) is { } endpoint && context.Request.Method == endpoint.Method
            ? relay(context, endpoint)
            : RefuseAsync(context));

        async Task RefuseAsync(HttpContext context)
        {
            await refusal.HandleAsync(context);
            await discard(context);
        }
    }
}
