using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Observability;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.Api;

/// <summary><c>GET /v1/models</c> and <c>/v1/models/{id}</c>: what is served now and what the key may use of it.</summary>
internal sealed class ModelsHandler(EdgeAccess access, ModelRouter router, RequestLog log, TimeProvider time)
{
    public const string ListPath = "/v1/models";

    private static readonly ApiEndpoint s_endpoint = new("models", Dialect.OpenAi, ListPath);

    public Task ListAsync(HttpContext context) => AnswerAsync(context, null, (key, output) =>
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

    public Task OneAsync(HttpContext context, string id)
    {
        // Paths reach us decoded but for this: SDKs escape the slash of an id.
        id = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return AnswerAsync(context, id, (key, output) =>
        {
            if (!key.Allows(id))
                return ApiErrors.ModelNotAllowed(id);
            var visible = router.Visible(key.Models).ToList();
            if (visible.Find(model => model.Id == id) is not { } found)
                return router.MayReturn(id) ? ApiErrors.ConnectorOffline(ConnectorForwarder.OfflineRetry) : ApiErrors.ModelNotFound(id, visible.Select(model => model.Id));
            Write(output, found);
            return null;
        });
    }

    private async Task AnswerAsync(HttpContext context, string? model, Func<KeyRecord, Utf8JsonWriter, ApiError?> write)
    {
        var exchange = Exchange.Begin(context.Request, s_endpoint, time);
        exchange.Model = model;
        AnswerHeaders.Write(context.Response, exchange, time);
        try
        {
            exchange.Error = EdgeHeaders.TooLarge(context.Request.Headers) ? ApiErrors.RequestHeadersTooLarge(EdgeHeaders.MaxTotal) : Admit(context, exchange) ?? Write(exchange.Key!);
            if (exchange.Error is { } error)
                await ErrorAnswer.WriteAsync(context.Response, s_endpoint.Dialect, error, exchange.Label);
        }
        finally
        {
            exchange.Status = context.Response.StatusCode;
            log.Finished(exchange);
        }

        ApiError? Write(KeyRecord key)
        {
            var response = context.Response;
            using var output = new Utf8JsonWriter(response.BodyWriter);
            response.ContentType = ApiErrorWriter.ContentType;
            return write(key, output);
        }
    }

    private ApiError? Admit(HttpContext context, Exchange exchange)
    {
        var refusal = access.Admit(context, out var key, out _);
        exchange.Key = key;
        return refusal;
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
