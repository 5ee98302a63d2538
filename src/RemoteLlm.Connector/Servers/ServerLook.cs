using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers;

/// <summary>What one look at a server found: its models, or the sentence that says why there are none.</summary>
/// <param name="Models">Sorted by id, without duplicates; null when the look failed.</param>
/// <param name="Error">For the operator: what is wrong and what to do; may name the address. Null when it did not fail.</param>
public sealed record ServerLook(IReadOnlyList<ServerModel>? Models, string? Error)
{
    /// <summary>What the server is.</summary>
    public ServerKind Kind { get; init; }

    /// <summary>Its version; null when it does not say.</summary>
    public string? Version { get; init; }

    /// <summary>How many requests it works on at once; null when it does not say.</summary>
    public int? Slots { get; init; }
}
