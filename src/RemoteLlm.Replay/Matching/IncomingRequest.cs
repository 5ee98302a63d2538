using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary>
/// A request as cassettes see it. Its secrets are masked as they are in a recording, so that a request that held one is still
/// found.
/// </summary>
internal sealed class IncomingRequest
{
    /// <summary>Reads the body as JSON where it is JSON.</summary>
    public IncomingRequest(string method, string path, IReadOnlyList<KeyValuePair<string, string>> query, ReadOnlyMemory<byte> body)
    {
        Method = method;
        Path = path;
        Query = query;
        Body = body;
        Json = Parse(body);
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

    /// <summary>The request in one line, for an error.</summary>
    public string Describe()
    {
        var line = $"{Method} {Path}";
        if (Json is { ValueKind: JsonValueKind.Object } body)
        {
            return line + Member(body, "model") + Member(body, "stream");
        }

        return Body.Length == 0 ? line : $"{line}, a body of {Body.Length} bytes that is not a JSON object";
    }

    private static string Member(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) ? $", {name} {Mismatch.Shorten(value.GetRawText())}" : $", no {name}";

    private static JsonElement? Parse(ReadOnlyMemory<byte> body)
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
}
