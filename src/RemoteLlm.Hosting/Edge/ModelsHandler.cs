using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Hosting.Edge;

/// <summary>
/// <c>GET /v1/models</c> and <c>/v1/models/{id}</c>: what is served now and what the key may use of it. OpenAI's and Anthropic's clients ask at the same place; the
/// latter say so in a header and get what theirs read beside it.
/// </summary>
public sealed class ModelsHandler(OwnEndpoint own, IModelCatalogue catalogue)
{
    private static readonly ApiEndpoint s_anthropic = OwnEndpoints.Models with { Dialect = Dialect.Anthropic };

    /// <summary>Every model.</summary>
    public Task ListAsync(HttpContext context)
    {
        var endpoint = Endpoint(context.Request);
        return own.AnswerAsync(context, endpoint, null, (caller, output) =>
        {
            var models = catalogue.Visible(caller).ToList();
            output.WriteStartObject();
            output.WriteString("object", "list");
            output.WriteStartArray("data");
            foreach (var model in models)
                Write(output, model, endpoint.Dialect);
            output.WriteEndArray();
            if (endpoint.Dialect == Dialect.Anthropic)
                WritePage(output, models);
            output.WriteEndObject();
            return null;
        });
    }

    /// <summary>One model.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The rest of the path.</param>
    public Task OneAsync(HttpContext context, string id)
    {
        // Paths reach us decoded but for this: SDKs escape the slash of an id.
        id = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var endpoint = Endpoint(context.Request);
        return own.AnswerAsync(context, endpoint, id, (caller, output) =>
        {
            if (!caller.Allows(id))
                return ApiErrors.ModelNotAllowed(id);
            var visible = catalogue.Visible(caller).ToList();
            if ((visible.Find(model => model.Id == id) ?? visible.Find(model => model.Id == ModelName.WithTag(id))) is not { } found)
                return catalogue.Missing(id, visible.Select(model => model.Id));
            Write(output, found, endpoint.Dialect);
            return null;
        });
    }

    private static ApiEndpoint Endpoint(HttpRequest request) => request.Headers.ContainsKey("anthropic-version") ? s_anthropic : OwnEndpoints.Models;

    private static void Write(Utf8JsonWriter output, ModelDescription model, Dialect dialect)
    {
        output.WriteStartObject();
        output.WriteString("id", model.Id);
        output.WriteString("object", "model");
        output.WriteNumber("created", model.Created);
        output.WriteString("owned_by", model.OwnedBy);
        ModelFacts.Write(output, model);
        if (dialect == Dialect.Anthropic)
        {
            output.WriteString("type", "model");
            output.WriteString("display_name", model.Id);
            output.WriteString("created_at", DateTimeOffset.FromUnixTimeSeconds(model.Created));
        }

        output.WriteEndObject();
    }

    // One page holds all.
    private static void WritePage(Utf8JsonWriter output, List<ModelDescription> models)
    {
        output.WriteBoolean("has_more", false);
        output.WriteString("first_id", models.Count > 0 ? models[0].Id : null);
        output.WriteString("last_id", models.Count > 0 ? models[^1].Id : null);
    }
}
