namespace RemoteLlm.Protocol.Access;

/// <summary>One key that a connector knows, and what its holder may do.</summary>
/// <param name="User">Whose key; limits and fairness count per user or key by this name.</param>
/// <param name="KeyName">The key's name or prefix, unique within the user.</param>
/// <param name="Fingerprint">SHA-256 of the key's derived credential at this connector (<see cref="DerivedCredential"/>).</param>
/// <param name="Limits">How often the user may ask, by all keys together.</param>
/// <param name="Models">Globs of the models allowed (<see cref="ModelGlob"/>); null = all.</param>
/// <param name="Blocked">Known but refused, so that the refusal can say why.</param>
/// <param name="ExpiresAt">From this moment on the key is no longer valid; null = never ends.</param>
public sealed record RosterEntry(
    string User,
    string KeyName,
    KeyDigest Fingerprint,
    RequestLimits Limits,
    IReadOnlyList<string>? Models = null,
    bool Blocked = false,
    DateTimeOffset? ExpiresAt = null)
{
    /// <summary>What the user may use in a day and in a month, all keys and connectors together.</summary>
    public Budget Budget { get; init; } = Budget.None;

    /// <summary>The user's share in the fair queue, relative to those of others; more than 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The class of the key's requests. A request may ask for a lower one, never for a higher one.</summary>
    public RequestClass Class { get; init; }

    /// <summary>A key of the connector's own LAN port, that stands on no roster: its user is not the broker's user of the same name.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether the holder runs the broker, and so may change what is installed where a connector's owner allows it.</summary>
    public bool IsOperator { get; init; }

    /// <summary>Globs of the models that a connector's owner shares; null = all. A connector's own addition: a broker cannot say it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string>? ModelsHere { get; init; }

    /// <summary>Whether the holder may use <paramref name="model"/>; by Ollama's names a missing tag is <c>latest</c>.</summary>
    public bool Allows(string model) => ModelName.AllowedBy(Models, model) && ModelName.AllowedBy(ModelsHere, model);
}
