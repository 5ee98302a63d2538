using System.Diagnostics.CodeAnalysis;

namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>The kinds as people write them, and what is usual for each.</summary>
public static class ServerKinds
{
    private static readonly (ServerKind Kind, string Name)[] s_names =
    [
        (ServerKind.Ollama, "ollama"), (ServerKind.LlamaCpp, "llamacpp"), (ServerKind.LmStudio, "lmstudio"), (ServerKind.Vllm, "vllm"),
        (ServerKind.OpenAi, "openai"), (ServerKind.OpenRouter, "openrouter"), (ServerKind.Generic, "generic"),
    ];

    /// <summary>All names, for help and error messages.</summary>
    public static IEnumerable<string> Names => s_names.Select(name => name.Name);

    /// <summary>The name of a kind in <c>servers.json</c>.</summary>
    public static string NameOf(ServerKind kind) => Array.Find(s_names, name => name.Kind == kind).Name;

    /// <summary>Reads a name, without regard to case.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ServerKind? kind)
    {
        var at = Array.FindIndex(s_names, name => name.Name.Equals(text, StringComparison.OrdinalIgnoreCase));
        kind = at < 0 ? null : s_names[at].Kind;
        return at >= 0;
    }

    /// <summary>Whether its requests cost money, so that its caps are on unless its operator says otherwise.</summary>
    public static bool IsPaid(ServerKind kind) => kind is ServerKind.OpenAi or ServerKind.OpenRouter;

    /// <summary>
    /// Requests at once where neither the registry nor the server says; null for no limit but the pool's. LM Studio runs 4 in parallel by default; Ollama 1 to 4, by the memory
    /// that is free (its FAQ, "How does Ollama handle concurrent requests?"), so that at most three wait in its own queue.
    /// </summary>
    public static int? UsualSlots(ServerKind kind) => kind is ServerKind.Ollama or ServerKind.LmStudio ? 4 : null;
}
