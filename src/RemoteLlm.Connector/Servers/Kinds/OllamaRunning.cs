using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>The models that an Ollama server holds in memory, by name.</summary>
internal sealed class OllamaRunning
{
    private readonly Dictionary<string, JsonElement>? _models;

    private OllamaRunning(Dictionary<string, JsonElement>? models) => _models = models;

    /// <summary>Whether the model is in memory; null when the server does not tell.</summary>
    public bool? Holds(string model) => _models?.ContainsKey(model);

    /// <summary>What is said of a model in memory; null when it is not.</summary>
    public JsonElement? Find(string model) => _models is not null && _models.TryGetValue(model, out var found) ? found : null;

    /// <summary>Reads the answer of <c>/api/ps</c>.</summary>
    public static OllamaRunning Read(JsonElement? answer)
    {
        if (answer.Member("models") is not { ValueKind: JsonValueKind.Array } list)
            return new OllamaRunning(null);
        var models = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var model in ((JsonElement?)list).Elements())
        {
            if (model.Member("name").Text() is { } name)
                models[name] = model;
        }

        return new OllamaRunning(models);
    }
}
