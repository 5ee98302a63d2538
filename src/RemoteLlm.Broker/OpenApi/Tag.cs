using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>The groups in which endpoints are shown.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Dialect">Whose endpoints; null for those of none.</param>
/// <param name="Meaning">One sentence.</param>
internal sealed record Tag(string Name, Dialect? Dialect, string Meaning)
{
    public static IReadOnlyList<Tag> All { get; } =
    [
        new("OpenAI", Protocol.Dialects.Dialect.OpenAi, "For OpenAI's SDKs, editors, Codex. The base URL ends in /v1."),
        new("Anthropic", Protocol.Dialects.Dialect.Anthropic, "For Anthropic's SDKs and Claude Code. The base URL has no path."),
        new("Ollama", Protocol.Dialects.Dialect.Ollama, "For clients of Ollama's own API. The base URL has no path."),
        new("Reference", null, "What this server serves, for programs and for people. No key needed."),
    ];

    public static Tag Of(Operation operation) => All.First(tag => tag.Dialect == operation.Dialect);
}
