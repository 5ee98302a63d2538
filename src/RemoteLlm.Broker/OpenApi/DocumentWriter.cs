using System.Text.Json;
using System.Text.Json.Nodes;
using RemoteLlm.Broker.OpenApi.Schemas;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>The description of the API as OpenAPI 3.1. Source: OpenAPI Specification 3.1.1, spec.openapis.org.</summary>
internal static class DocumentWriter
{
    /// <summary>The document, for a server whose address is <paramref name="baseUrl"/>.</summary>
    public static JsonObject Write(string baseUrl) => new()
    {
        ["openapi"] = "3.1.1",
        ["info"] = new JsonObject
        {
            ["title"] = "RemoteLlm",
            ["version"] = typeof(DocumentWriter).Assembly.GetName().Version?.ToString(3),
            ["summary"] = "LLM servers that stand elsewhere, as if they were OpenAI.",
            ["description"] = "One key and one address for the models of several LLM servers, in the dialects of OpenAI, Anthropic and Ollama. "
                + "Unknown members of requests are passed on. An error that the LLM server itself gives in the dialect's shape passes through unchanged.",
            ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
        },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = baseUrl }),
        ["security"] = new JsonArray(Scheme("bearer"), Scheme("xApiKey"), Scheme("apiKey")),
        ["tags"] = new JsonArray([.. Tag.All.Select(tag => new JsonObject { ["name"] = tag.Name, ["description"] = tag.Meaning })]),
        ["paths"] = Paths(),
        ["components"] = ComponentsWriter.Write(),
        ["x-remotellm-errors"] = new JsonArray([.. ErrorCatalogue.All.Select(Error)]),
    };

    private static JsonObject Scheme(string name) => new() { [name] = new JsonArray() };

    private static JsonObject Paths()
    {
        var paths = new JsonObject();
        foreach (var operation in Operations.All)
        {
            paths[operation.Path] = new JsonObject { [operation.Method.ToLowerInvariant()] = Operation(operation, operation.Id, operation.Note) };
            for (var i = 0; i < operation.Aliases.Count; i++)
                paths[operation.Aliases[i]] = new JsonObject { [operation.Method.ToLowerInvariant()] = Operation(operation, $"{operation.Id}Alias{i + 1}", $"The same as {operation.Path}.") };
        }

        return paths;
    }

    private static JsonObject Operation(Operation operation, string id, string note)
    {
        var json = new JsonObject { ["operationId"] = id, ["tags"] = new JsonArray(Tag.Of(operation).Name), ["summary"] = operation.Summary };
        if (note.Length > 0)
            json["description"] = note;
        if (operation.IsManagement)
            json["x-remotellm-refused-by-default"] = true;
        if (!operation.NeedsKey)
            json["security"] = new JsonArray();
        var parameters = Parameters(operation);
        if (parameters.Count > 0)
            json["parameters"] = parameters;
        if (operation.Request is { } request)
            json["requestBody"] = Body(request, operation.Format);
        json["responses"] = Responses(operation);
        return json;
    }

    private static JsonArray Parameters(Operation operation)
    {
        var names = new List<string>();
        if (operation.Path.EndsWith("/{id}", StringComparison.Ordinal))
            names.Add("ModelId");
        if (operation.NeedsKey)
            names.Add("RequestId");
        if (operation.IsRelayed)
            names.Add("RequestClass");
        if (operation.Dialect == Protocol.Dialects.Dialect.Anthropic)
            names.AddRange(["AnthropicVersion", "AnthropicBeta"]);
        return new JsonArray([.. names.Select(name => ComponentsWriter.Reference("parameters", name))]);
    }

    private static JsonObject Body(ComponentSchema request, RequestFormat format)
    {
        var media = new JsonObject { ["schema"] = SchemaType.Reference(request.Name) };
        if (format == RequestFormat.Json)
            media["example"] = JsonNode.Parse(request.Example);
        return new JsonObject { ["required"] = true, ["content"] = new JsonObject { [format == RequestFormat.Json ? "application/json" : "multipart/form-data"] = media } };
    }

    private static JsonObject Responses(Operation operation)
    {
        var answer = new JsonObject
        {
            ["description"] = operation.Answers.Count == 0 ? "Done." : string.Join(" ", operation.Answers.Select(form => form.Meaning.Length == 0 ? $"{form.ContentType}." : $"{form.ContentType}: {form.Meaning}")),
        };
        if (operation.NeedsKey)
            answer["headers"] = ComponentsWriter.Headers(operation.ErrorShape, 200, operation.IsRelayed);
        if (operation.Answers.Count > 0)
            answer["content"] = new JsonObject(operation.Answers.Select(form => KeyValuePair.Create<string, JsonNode?>(form.ContentType, Media(form))));
        var responses = new JsonObject { ["200"] = answer };
        if (!operation.NeedsKey && operation.Answers.Count > 0)
            responses["304"] = new JsonObject { ["description"] = "Nothing has changed since the ETag that was sent." };
        foreach (var response in ErrorResponse.Of(operation))
            responses[response.StatusText] = ComponentsWriter.Reference("responses", response.Name);
        return responses;
    }

    // What is no JSON has no schema in 3.1, or that of a text.
    private static JsonObject Media(Answer form) => form switch
    {
        { Schema: { } schema } => new JsonObject { ["schema"] = SchemaType.Reference(schema.Name) },
        _ when form.ContentType.StartsWith("text/", StringComparison.Ordinal) => new JsonObject { ["schema"] = SchemaType.Text.Json() },
        { ContentType: "application/json" } => new JsonObject { ["schema"] = SchemaType.Bag.Json() },
        _ => [],
    };

    private static JsonObject Error(KnownError error) => new()
    {
        ["status"] = error.Sample.Status,
        ["type"] = error.Sample.Type,
        ["code"] = error.Sample.Code,
        ["message"] = error.Sample.Message,
        ["in_stream"] = error.Cause == ErrorCause.Stream,
    };
}
