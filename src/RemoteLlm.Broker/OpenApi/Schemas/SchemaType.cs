using System.Text.Json.Nodes;

namespace RemoteLlm.Broker.OpenApi.Schemas;

/// <summary>The type of a member: what JSON Schema (2020-12, as OpenAPI 3.1 has it) says of it, and what the page says.</summary>
/// <param name="Words">For people: <c>string</c>, <c>list of Message</c>.</param>
/// <param name="Json">Makes the schema anew each time, since a JSON node has one parent.</param>
internal sealed record SchemaType(string Words, Func<JsonObject> Json)
{
    /// <summary>Whatever JSON has.</summary>
    public static readonly SchemaType Any = new("any", () => []);

    public static readonly SchemaType Text = Plain("string", "string");
    public static readonly SchemaType Whole = Plain("integer", "integer");
    public static readonly SchemaType Number = Plain("number", "number");
    public static readonly SchemaType Flag = Plain("true or false", "boolean");

    /// <summary>An object of which nothing more is said here.</summary>
    public static readonly SchemaType Bag = Plain("object", "object");

    /// <summary>A part of a form that is a file.</summary>
    public static readonly SchemaType Upload = new("file", () => new JsonObject { ["type"] = "string", ["contentMediaType"] = "application/octet-stream" });

    /// <summary>A text, or null where there is none.</summary>
    public static readonly SchemaType TextOrNull = new("string or null", () => new JsonObject { ["type"] = new JsonArray("string", "null") });

    /// <summary>One of these words.</summary>
    public static SchemaType Choice(params string[] words) => new(
        string.Join(" | ", words.Select(word => $"\"{word}\"")),
        () => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) });

    /// <summary>Exactly this text.</summary>
    public static SchemaType Constant(string text) => new($"\"{text}\"", () => new JsonObject { ["const"] = text });

    /// <summary>A component schema by its name.</summary>
    public static SchemaType Named(string name) => new(name, () => Reference(name));

    public static SchemaType ListOf(SchemaType item) => new($"list of {item.Words}", () => new JsonObject { ["type"] = "array", ["items"] = item.Json() });

    public static SchemaType Either(params SchemaType[] types) => new(
        string.Join(" or ", types.Select(type => type.Words)), () => new JsonObject { ["anyOf"] = new JsonArray([.. types.Select(type => type.Json())]) });

    /// <summary>A reference to a component schema.</summary>
    public static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static SchemaType Plain(string words, string type) => new(words, () => new JsonObject { ["type"] = type });
}
