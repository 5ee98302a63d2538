using System.Collections.Frozen;
using System.Text.Json;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers;

/// <summary>What an Ollama server says of its models beyond their names. Asked for only where the list of models looks like Ollama's.</summary>
/// <param name="Models">By name.</param>
/// <param name="Version">The server's version; null when it does not say.</param>
internal sealed record OllamaDetails(FrozenDictionary<string, OllamaModel> Models, string? Version)
{
    private const int MaxText = 128;

    /// <summary>Nothing known.</summary>
    public static OllamaDetails None { get; } = new(FrozenDictionary<string, OllamaModel>.Empty, null);

    /// <summary>Asks. What cannot be had is left out: it is a courtesy to clients, nobody depends on it.</summary>
    public static async Task<OllamaDetails> Fetch(ServerQuery query, CancellationToken cancellationToken)
    {
        var tags = await query.GetJson("/api/tags", cancellationToken);
        var loaded = await query.GetJson("/api/ps", cancellationToken);
        var version = await query.GetJson("/api/version", cancellationToken);
        try
        {
            return new OllamaDetails(Read(tags, loaded), version is { ValueKind: JsonValueKind.Object } about ? NullIfEmpty(Text(about, "version")) : null);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in a text.
            return None;
        }
    }

    private static FrozenDictionary<string, OllamaModel> Read(JsonElement? tags, JsonElement? loaded)
    {
        var models = new Dictionary<string, OllamaModel>(StringComparer.Ordinal);
        foreach (var model in List(tags))
        {
            var details = model.TryGetProperty("details", out var known) && known.ValueKind == JsonValueKind.Object ? known : default;
            models[Text(model, "name")] = new OllamaModel(
                Text(model, "modified_at"), Number(model, "size"), Text(model, "digest"), Text(details, "format"), Text(details, "family"), Text(details, "parameter_size"),
                Text(details, "quantization_level"));
        }

        foreach (var running in List(loaded))
        {
            if (models.TryGetValue(Text(running, "name"), out var model))
                models[Text(running, "name")] = model with { LoadedBytes = Number(running, "size_vram"), ExpiresAt = Text(running, "expires_at") };
        }

        return models.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static IEnumerable<JsonElement> List(JsonElement? answer) =>
        answer is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("models", out var models) && models.ValueKind == JsonValueKind.Array
            ? models.EnumerateArray().Where(model => model.ValueKind == JsonValueKind.Object && Text(model, "name").Length > 0).Take(ModelListing.MaxModels)
            : [];

    private static string Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MaxText } text ? text : "";

    private static long Number(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
