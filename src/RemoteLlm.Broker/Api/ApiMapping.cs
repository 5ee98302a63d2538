using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.Broker.Api;

/// <summary>The public API's table of contents.</summary>
internal static class ApiMapping
{
    public static void MapApi(this WebApplication app)
    {
        var models = app.Services.GetRequiredService<ModelsHandler>();
        app.MapGet(ModelsHandler.ListPath, models.ListAsync);
        // Ids hold slashes: the rest of the path is the id.
        app.MapGet(ModelsHandler.ListPath + "/{**id}", models.OneAsync);

        // Relayed requests skip routing: the path either matches one of ours exactly or is not served.
        var relay = app.Services.GetRequiredService<RelayHandler>();
        var refusal = app.Services.GetRequiredService<PathRefusal>();
        app.MapFallback("{**path}", context => ApiEndpoints.Find(context.Request.Path.Value) is { } endpoint && HttpMethods.IsPost(context.Request.Method)
            ? relay.HandleAsync(context, endpoint)
            : refusal.HandleAsync(context));
    }
}
