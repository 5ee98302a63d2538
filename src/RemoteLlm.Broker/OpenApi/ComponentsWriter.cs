using System.Buffers;
using System.Text.Json.Nodes;
using RemoteLlm.Broker.OpenApi.Schemas;
using RemoteLlm.Hosting.Edge.Cors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>The parts of the document that operations refer to.</summary>
internal static class ComponentsWriter
{
    public static JsonObject Write() => new()
    {
        ["securitySchemes"] = new JsonObject
        {
            ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "Authorization: Bearer sk-…, as OpenAI's clients send it." },
            ["xApiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-api-key", ["description"] = "As Anthropic's clients send it." },
            ["apiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "api-key", ["description"] = "As Azure's clients send it." },
        },
        ["parameters"] = Parameters(),
        ["headers"] = Named(PublicHeaders.All, header => header.Name, Header),
        ["schemas"] = Named([.. ChatSchemas.All, .. TaskSchemas.All, .. AnthropicSchemas.All, .. OllamaSchemas.All, .. ErrorSchemas.All], schema => schema.Name, schema => schema.ToJson()),
        ["responses"] = Named(Operations.All.SelectMany(ErrorResponse.Of).DistinctBy(response => response.Name), response => response.Name, Response),
    };

    /// <summary>The headers of an answer with this status.</summary>
    public static JsonObject Headers(Dialect dialect, int status, bool isRelayed) => Named(
        PublicHeaders.All.Where(header => (header.Only is null || header.Only == dialect) && header.Place switch
        {
            HeaderPlace.Relayed => isRelayed && status is 200 or 429,
            HeaderPlace.ComeBackLater => status is 429 or 503 or 529,
            HeaderPlace.MayBeFinal => status is 401 or 403 or 429 or 503 or 529,
            HeaderPlace.Unauthorized => status == 401,
            _ => true,
        }),
        header => header.Name,
        header => Reference("headers", header.Name));

    public static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    private static JsonObject Header(PublicHeader header) => new() { ["description"] = header.Meaning, ["schema"] = (header.IsWhole ? SchemaType.Whole : SchemaType.Text).Json() };

    private static JsonObject Response(ErrorResponse response) => new()
    {
        ["description"] = string.Join(", ", response.Errors.Select(error => error.Sample.Code).Distinct()),
        ["headers"] = Headers(response.Shape, response.Status, response.IsRelayed),
        ["content"] = new JsonObject
        {
            [ApiErrorWriter.ContentType] = new JsonObject
            {
                ["schema"] = SchemaType.Reference(ErrorSchemas.Of(response.Shape).Name),
                ["examples"] = Named(response.Errors.DistinctBy(error => error.Sample.Code), error => error.Sample.Code, error => new JsonObject { ["value"] = Example(response.Shape, error) }),
            },
        },
    };

    // Written by what writes the real ones.
    private static JsonNode? Example(Dialect shape, KnownError error)
    {
        var body = new ArrayBufferWriter<byte>();
        ApiErrorWriter.Write(body, shape, error.Sample, "req_0193a5e2c1f07b6e9d3f5a7c8b9d0e1f");
        return JsonNode.Parse(body.WrittenSpan);
    }

    private static JsonObject Parameters() => new()
    {
        ["ModelId"] = Parameter("id", "path", "The model's id.", isRequired: true),
        ["RequestId"] = Parameter("x-request-id", "header", "A label by which the request is found in logs; printable, at most 128 characters."),
        ["RequestClass"] = Parameter(
            TunnelHeaders.Class, "header", "How urgent the request is: interactive, the default, or batch, which gets a tenth of a server while others wait for it. It lowers the class of the key, and never raises it.",
            type: SchemaType.Choice([.. RequestClasses.Names])),
        ["AnthropicVersion"] = Parameter("anthropic-version", "header", "Passed on."),
        ["AnthropicBeta"] = Parameter("anthropic-beta", "header", "Passed on."),
    };

    private static JsonObject Parameter(string name, string place, string meaning, bool isRequired = false, SchemaType? type = null) =>
        new() { ["name"] = name, ["in"] = place, ["required"] = isRequired, ["description"] = meaning, ["schema"] = (type ?? SchemaType.Text).Json() };

    private static JsonObject Named<T>(IEnumerable<T> items, Func<T, string> name, Func<T, JsonNode> write) =>
        new(items.Select(item => KeyValuePair.Create<string, JsonNode?>(name(item), write(item))));
}
