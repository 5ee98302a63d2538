using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.Api;

/// <summary><c>GET /v1/models</c> and <c>/v1/models/{id}</c>: what is served now and what the key may use of it.</summary>
internal sealed class ModelsHandler(EdgeAccess access, ModelRouter router)
{
    public const string ListPath = "/v1/models";

    public Task ListAsync(HttpContext context) => AnswerAsync(context, (key, output) =>
    {
        output.WriteStartObject();
        output.WriteString("object", "list");
        output.WriteStartArray("data");
        foreach (var model in router.Visible(key.Models))
            Write(output, model);
        output.WriteEndArray();
        output.WriteEndObject();
        return null;
    });

    public Task OneAsync(HttpContext context, string id) => AnswerAsync(context, (key, output) =>
    {
        // Paths reach us decoded but for this: SDKs escape the slash of an id.
        id = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (!key.Allows(id))
            return ApiErrors.ModelNotAllowed(id);
        var visible = router.Visible(key.Models).ToList();
        if (visible.Find(model => model.Id == id) is not { } found)
            return router.MayReturn(id) ? ApiErrors.ConnectorOffline(TimeSpan.FromSeconds(5)) : ApiErrors.ModelNotFound(id, visible.Select(model => model.Id));
        Write(output, found);
        return null;
    });

    private async Task AnswerAsync(HttpContext context, Func<KeyRecord, Utf8JsonWriter, ApiError?> write)
    {
        var label = RequestLabel.Of(context.Request, $"req_{Guid.CreateVersion7():N}");
        var error = EdgeHeaders.TooLarge(context.Request.Headers) ? ApiErrors.RequestHeadersTooLarge(EdgeHeaders.MaxTotal) : access.Admit(context, out var key, out _) ?? Write(key!);
        if (error is not null)
            await ErrorAnswer.WriteAsync(context.Response, Dialect.OpenAi, error, label);

        ApiError? Write(KeyRecord known)
        {
            var response = context.Response;
            using var output = new Utf8JsonWriter(response.BodyWriter);
            response.Headers[RequestLabel.Header] = label;
            response.ContentType = ApiErrorWriter.ContentType;
            return write(known, output);
        }
    }

    private static void Write(Utf8JsonWriter output, ModelDescription model)
    {
        output.WriteStartObject();
        output.WriteString("id", model.Id);
        output.WriteString("object", "model");
        output.WriteNumber("created", model.Created);
        output.WriteString("owned_by", model.OwnedBy);
        output.WriteEndObject();
    }
}
