using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.OpenApi;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.Broker.Api;

/// <summary>The public API's table of contents.</summary>
internal static class ApiMapping
{
    public static void MapApi(this WebApplication app)
    {
        var models = app.Services.GetRequiredService<ModelsHandler>();
        app.MapGet(OwnEndpoints.Models.Path, models.ListAsync);
        // Ids hold slashes: the rest of the path is the id.
        app.MapGet(OwnEndpoints.Models.Path + "/{**id}", models.OneAsync);

        var ollama = app.Services.GetRequiredService<OllamaCatalogue>();
        app.MapGet(OwnEndpoints.Tags.Path, ollama.TagsAsync);
        app.MapGet(OwnEndpoints.Loaded.Path, ollama.LoadedAsync);
        app.MapGet(OwnEndpoints.Version.Path, ollama.VersionAsync);
        // How Ollama's command line asks whether anybody is there.
        app.MapMethods("/", [HttpMethods.Head], () => Results.Ok());

        var description = app.Services.GetRequiredService<DescriptionHandler>();
        app.MapGet(OwnEndpoints.Document.Path, description.DocumentAsync);
        app.MapGet(OwnEndpoints.Docs.Path, description.PageAsync);

        // Relayed requests skip routing: the path either matches one of ours exactly or is not served.
        var relay = app.Services.GetRequiredService<RelayHandler>();
        var refusal = app.Services.GetRequiredService<PathRefusal>();
        app.MapFallback("{**path}", context => ApiEndpoints.Find(context.Request.Path.Value) is { } endpoint && context.Request.Method == endpoint.Method
            ? relay.HandleAsync(context, endpoint)
            : refusal.HandleAsync(context));
    }
}
