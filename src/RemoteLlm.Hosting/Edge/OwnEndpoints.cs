using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.Hosting.Edge;

/// <summary>The endpoints that every edge answers itself, from what is known of the models.</summary>
public static class OwnEndpoints
{
    /// <summary>Every model that is served.</summary>
    public static ApiEndpoint Models { get; } = new("models", Dialect.OpenAi, "/v1/models") { Method = "GET", Summary = "The models that are served now and that the key may use." };

    /// <summary>One model; its id follows the path.</summary>
    public static ApiEndpoint Model { get; } = new("models", Dialect.OpenAi, "/v1/models/{id}") { Method = "GET", Summary = "One model." };

    /// <summary>The same list for Ollama's clients.</summary>
    public static ApiEndpoint Tags { get; } = new("models", Dialect.Ollama, "/api/tags") { Method = "GET", Summary = "The models that are served now and that the key may use, in Ollama's form." };

    /// <summary>What is loaded.</summary>
    public static ApiEndpoint Loaded { get; } = new("models", Dialect.Ollama, "/api/ps") { Method = "GET", Summary = "Those of them that are loaded." };

    /// <summary>Which Ollama it is.</summary>
    public static ApiEndpoint Version { get; } = new("version", Dialect.Ollama, "/api/version") { Method = "GET", Summary = "The version of the Ollama servers." };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ApiEndpoint> All { get; } = [Models, Model, Tags, Loaded, Version];
}
