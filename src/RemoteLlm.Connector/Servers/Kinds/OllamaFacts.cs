using System.Globalization;
using System.Text.Json;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>Puts together what Ollama says of a model in its list, in <c>/api/show</c> and in <c>/api/ps</c>.</summary>
internal static class OllamaFacts
{
    private const int MaxText = 128;

    /// <summary>Describes a model.</summary>
    /// <param name="tag">Its entry in the list.</param>
    /// <param name="shown">What <c>/api/show</c> says; null when that is not known.</param>
    /// <param name="running">What is in memory.</param>
    public static ServerModel Describe(ListedModel tag, OllamaShow? shown, OllamaRunning running)
    {
        var loaded = running.Find(tag.Id);
        return new ServerModel(tag.Id)
        {
            Capabilities = shown?.Capabilities ?? ModelNames.Guess(tag.Id),

            // In memory it has the context that it was loaded with. Before that, unless its Modelfile sets one, the server's default counts (4,096, or by its graphics memory, or
            // OLLAMA_CONTEXT_LENGTH), which it does not tell; the model's maximum is then only an upper bound: what exceeds it can never fit.
            ContextLength = loaded.Member("context_length").Count() ?? shown?.SetContext ?? shown?.MaxContext,
            Loaded = running.Holds(tag.Id),
            Created = tag["created"].Whole() is { } created and > 0 ? created : Seconds(Short(tag["modified_at"])),
            OwnedBy = tag["owned_by"].Text(),
            Ollama = tag["digest"] is null ? null : Details(tag, loaded),
        };
    }

    private static OllamaModel Details(ListedModel tag, JsonElement? loaded)
    {
        var details = tag["details"];
        return new OllamaModel(
            Short(tag["modified_at"]), tag["size"].Whole() ?? 0, Short(tag["digest"]), Short(details.Member("format")), Short(details.Member("family")), Short(details.Member("parameter_size")),
            Short(details.Member("quantization_level")))
        {
            LoadedBytes = loaded is null ? null : loaded.Member("size_vram").Whole() ?? 0,
            ExpiresAt = loaded is null ? null : Short(loaded.Member("expires_at")),
        };
    }

    private static string Short(JsonElement? text) => text.Text() is { Length: <= MaxText } known ? known : "";

    private static long Seconds(string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? Math.Max(0, parsed.ToUnixTimeSeconds()) : 0;
}
