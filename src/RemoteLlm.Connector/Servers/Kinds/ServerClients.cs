using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>Makes the client of each kind.</summary>
internal static class ServerClients
{
    /// <summary>A client for one server of that kind; for null, one that finds the kind out with each look.</summary>
    public static IServerClient For(ServerKind? kind) => kind is { } known ? Of(known) : new DetectingClient();

    internal static ListedServerClient Of(ServerKind kind) => kind switch
    {
        ServerKind.Ollama => new OllamaClient(),
        ServerKind.LlamaCpp => new LlamaCppClient(),
        ServerKind.LmStudio => new LmStudioClient(),
        ServerKind.Vllm => new VllmClient(),
        ServerKind.OpenAi => new OpenAiClient(),
        ServerKind.OpenRouter => new OpenRouterClient(),
        _ => new GenericClient(),
    };
}
