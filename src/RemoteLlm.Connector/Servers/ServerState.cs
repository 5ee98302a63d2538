using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Servers;

/// <summary>What is known of an LLM server.</summary>
/// <param name="Reachable">Whether the last look at it succeeded.</param>
/// <param name="Models">
/// The models that it serves, sorted by id. While it is unreachable, the ones it served last: a request for one of them deserves "the server is down",
/// not "no such model".
/// </param>
/// <param name="LastError">For the operator: why it is not reachable and what to do; may name the address. Null when it is reachable.</param>
/// <param name="Since">Since when it has been reachable, or not; the start, before the first look.</param>
public sealed record ServerState(bool Reachable, IReadOnlyList<ServerModel> Models, string? LastError, DateTimeOffset Since)
{
    /// <summary>What it is, as far as is known.</summary>
    public ServerKind Kind { get; init; }

    /// <summary>Whether it was reached at all since it was put into use: before that its models are not known.</summary>
    public bool Seen { get; init; }

    /// <summary>Its version; null when it does not say.</summary>
    public string? Version { get; init; }

    /// <summary>How many requests it works on at once; null when it does not say.</summary>
    public int? Slots { get; init; }

    /// <summary>The model of that name; null when there is none.</summary>
    public ServerModel? Find(string model)
    {
        foreach (var known in Models)
        {
            if (known.Id == model)
                return known;
        }

        return null;
    }

    /// <summary>The model of that name, or of the same with the tag that is meant; null when there is none.</summary>
    public ServerModel? FindTagged(string model) => Find(model) ?? (ModelName.WithTag(model) is { } tagged ? Find(tagged) : null);

    /// <summary>Whether others have to be told: the error's wording alone is no change.</summary>
    public bool DiffersFrom(ServerState other) =>
        Reachable != other.Reachable || Kind != other.Kind || Version != other.Version || Slots != other.Slots || !Models.SequenceEqual(other.Models);
}
