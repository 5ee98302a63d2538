using System.Collections.Frozen;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers;

/// <summary>What is known of an LLM server.</summary>
/// <param name="Reachable">Whether the last look at it succeeded.</param>
/// <param name="Models">
/// The ids it serves, sorted. While it is unreachable, the ones it served last: a request for one of them deserves "the server is down",
/// not "no such model".
/// </param>
/// <param name="LastError">For the operator: why it is not reachable and what to do; may name the address. Null when it is reachable.</param>
/// <param name="Since">Since when it has been reachable, or not; the start, before the first look.</param>
public sealed record ServerState(bool Reachable, IReadOnlyList<string> Models, string? LastError, DateTimeOffset Since)
{
    /// <summary>What an Ollama server says of its models, by name; empty for other servers.</summary>
    public IReadOnlyDictionary<string, OllamaModel> Ollama { get; init; } = FrozenDictionary<string, OllamaModel>.Empty;

    /// <summary>The version of an Ollama server; null for other servers.</summary>
    public string? OllamaVersion { get; init; }

    /// <summary>Whether others have to be told: the error's wording alone is no change.</summary>
    public bool DiffersFrom(ServerState other) =>
        Reachable != other.Reachable || OllamaVersion != other.OllamaVersion || !Models.SequenceEqual(other.Models, StringComparer.Ordinal) || !SameDetails(other.Ollama);

    private bool SameDetails(IReadOnlyDictionary<string, OllamaModel> other) =>
        Ollama.Count == other.Count && Ollama.All(model => other.TryGetValue(model.Key, out var known) && model.Value == known);
}
