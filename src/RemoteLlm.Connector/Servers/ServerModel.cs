using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers;

/// <summary>A model as its server describes it. What the server does not say is null.</summary>
/// <param name="Id">Its name at the server.</param>
public sealed record ServerModel(string Id)
{
    /// <summary>What it can do.</summary>
    public ModelCapabilities? Capabilities { get; init; }

    /// <summary>Most tokens of one request, prompt and answer together.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Whether it is in memory now.</summary>
    public bool? Loaded { get; init; }

    /// <summary>What it costs.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>When it was made, Unix seconds; 0 when unknown.</summary>
    public long Created { get; init; }

    /// <summary>Who made it, as its server says.</summary>
    public string? OwnedBy { get; init; }

    /// <summary>What an Ollama server says of it beside its name; null for other servers.</summary>
    public OllamaModel? Ollama { get; init; }
}
