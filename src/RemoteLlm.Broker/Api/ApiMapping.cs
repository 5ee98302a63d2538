using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Tunnel.Forwarding;

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
        app.MapFallback("{**path}", context => ApiEndpoints.Find(context.Request.Path.Value) is { } endpoint && HttpMethods.IsPost(context.Request.Method)
            ? relay.HandleAsync(context, endpoint)
            : RefuseAsync(context));
    }

    private static async Task RefuseAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.ToString());
        var error = ApiEndpoints.Find(path) is not null ? ApiErrors.MethodNotAllowed(method, path, "POST")
            : path == ModelsHandler.ListPath ? ApiErrors.MethodNotAllowed(method, path, "GET")
            : ApiErrors.EndpointNotServed(method, path);
        await ErrorAnswer.WriteAsync(context.Response, Dialect.OpenAi, error, RequestLabel.Of(context.Request, $"req_{Guid.CreateVersion7():N}"));
        await UnreadBody.DiscardAsync(context);
    }
}
