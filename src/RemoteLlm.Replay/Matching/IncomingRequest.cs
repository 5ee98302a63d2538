using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary>
/// A request as cassettes see it. Its secrets are masked as they are in a recording, so that a request that held one is still
/// found.
/// </summary>
internal sealed class IncomingRequest
{
    /// <summary>Reads the body as a form where the content type says so, else as JSON where it is JSON.</summary>
    public IncomingRequest(string method, string path, IReadOnlyList<KeyValuePair<string, string>> query, ReadOnlyMemory<byte> body, string? contentType = null)
    {
        Method = method;
        Path = path;
        Query = query;
        Body = body;
        Form = MultipartForm.Read(contentType, body);
        Json = Form is null ? ParseJson(body) : null;
    }

    /// <summary>Such as <c>POST</c>.</summary>
    public string Method { get; }

    /// <summary>The decoded path, without the query.</summary>
    public string Path { get; }

    /// <summary>The decoded parameters, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; }

    /// <summary>The body; empty without one.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body as JSON; null where it is none.</summary>
    public JsonElement? Json { get; }

    /// <summary>The body as a multipart form; null where it is none.</summary>
    public IReadOnlyList<FormField>? Form { get; }

    /// <summary>The model that the request names; null where it names none.</summary>
    public string? Model => Form is null ? Member("model") is { ValueKind: JsonValueKind.String } model ? model.GetString() : null : Field("model");

    /// <summary>Whether the request says <c>stream: true</c>.</summary>
    public bool SaysStream => Form is null ? Member("stream") is { ValueKind: JsonValueKind.True } : Field("stream") == "true";

    /// <summary>The request in one line, for an error.</summary>
    public string Describe()
    {
        var line = $"{Method} {Path}";
        if (Form is not null)
        {
            return $"{line}, a form, {Shown("model", Field("model"))}, {Shown("stream", Field("stream"))}";
        }

        if (Json is { ValueKind: JsonValueKind.Object })
        {
            return $"{line}, {Shown("model", Member("model")?.GetRawText())}, {Shown("stream", Member("stream")?.GetRawText())}";
        }

        return Body.Length == 0 ? line : $"{line}, a body of {Body.Length} bytes that is not a JSON object";
    }

    /// <summary>Bytes as JSON; null where they are none.</summary>
    public static JsonElement? ParseJson(ReadOnlyMemory<byte> body)
    {
        if (body.Length == 0)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shown(string name, string? value) => value is null ? $"no {name}" : $"{name} {Mismatch.Shorten(value)}";

    private JsonElement? Member(string name) =>
        Json is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty(name, out var value) ? value : null;

    private string? Field(string name) => Form?.FirstOrDefault(field => field.Name == name)?.Text();
}
