using System.Globalization;
using System.Text.Json;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>What of Ollama's <c>/api/show</c> is worth keeping.</summary>
/// <param name="Capabilities">What the model can do; null when it does not say.</param>
/// <param name="MaxContext">The longest context that the model was trained for; null when it does not say.</param>
/// <param name="SetContext">The context that its Modelfile sets (<c>PARAMETER num_ctx</c>); null when it does not.</param>
internal sealed record OllamaShow(ModelCapabilities? Capabilities, int? MaxContext, int? SetContext)
{
    // Model families that only make embeddings, for servers before 0.6.4, which do not list capabilities.
    private static readonly string[] s_embedders = ["bert", "nomic-bert", "gemma-embedding"];

    /// <summary>Asks for a model; null when there is no answer to keep.</summary>
    public static async Task<OllamaShow?> Fetch(ServerQuery query, string model, CancellationToken cancellationToken) =>
        await query.PostJson("/api/show", JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["model"] = model }), cancellationToken) is { ValueKind: JsonValueKind.Object } answer
            ? Read(answer)
            : null;

    /// <summary>Reads an answer.</summary>
    public static OllamaShow Read(JsonElement? answer) => new(
        answer.Member("capabilities") is { ValueKind: JsonValueKind.Array } told ? Told(told) : Inferred(answer),
        Trained(answer.Member("model_info")),
        Parameter(answer.Member("parameters").LongText(), "num_ctx"));

    private static ModelCapabilities Told(JsonElement? list)
    {
        var can = ModelCapabilities.None;
        foreach (var capability in list.Elements())
        {
            can |= ((JsonElement?)capability).Text() switch
            {
                "completion" => ModelCapabilities.Chat,
                "vision" => ModelCapabilities.Vision,
                "tools" => ModelCapabilities.Tools,
                "embedding" => ModelCapabilities.Embeddings,
                _ => ModelCapabilities.None,
            };
        }

        return can;
    }

    private static ModelCapabilities? Inferred(JsonElement? answer)
    {
        if (answer.Member("details", "family").Text() is not { } family)
            return null;
        if (Array.IndexOf(s_embedders, family) >= 0)
            return ModelCapabilities.Embeddings;
        var can = ModelCapabilities.Chat;
        if (answer.Member("projector_info") is { ValueKind: JsonValueKind.Object })
            can |= ModelCapabilities.Vision;
        if (answer.Member("template").LongText()?.Contains(".Tools", StringComparison.Ordinal) is true)
            can |= ModelCapabilities.Tools;
        return can;
    }

    // The member is named after the architecture: "llama.context_length".
    private static int? Trained(JsonElement? info) =>
        info.Member("general.architecture").Text() is { } architecture ? info.Member($"{architecture}.context_length").Count() : null;

    // A line for each parameter, its name and value apart by spaces.
    private static int? Parameter(string? parameters, string name)
    {
        foreach (var line in (parameters ?? "").AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && int.TryParse(line[name.Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0)
                return value;
        }

        return null;
    }
}
