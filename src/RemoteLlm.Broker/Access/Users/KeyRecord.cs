using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>One API key with all that decides about it: what its user's entry and the defaults say is worked in. Compared by value.</summary>
/// <param name="User">Whose key.</param>
/// <param name="Name">What its owner calls it; the prefix where nothing was said.</param>
/// <param name="Prefix">Its first characters, to recognise it by.</param>
/// <param name="Digest">SHA-256 of the key. Sensitive: derived credentials are made from it.</param>
/// <param name="Limits">How often its user may ask, by all his keys together.</param>
/// <param name="Models">Globs of the models allowed; null = all.</param>
/// <param name="Blocked">Its user is blocked.</param>
/// <param name="Pending">Its user waits for approval.</param>
/// <param name="CreatedAt">When it was issued, if known.</param>
/// <param name="ExpiresAt">From when on it is no longer valid; null = never.</param>
public sealed record KeyRecord(
    string User,
    string Name,
    string Prefix,
    KeyDigest Digest,
    RequestLimits Limits,
    IReadOnlyList<string>? Models,
    bool Blocked,
    bool Pending,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? ExpiresAt) : IEdgeCaller
{
    string IEdgeCaller.KeyName => Prefix;

    /// <summary>What its user may do beside using models.</summary>
    public UserRole Role { get; init; }

    /// <summary>What its user may use in a day and in a month, by all his keys and at all connectors together.</summary>
    public Budget Budget { get; init; } = Budget.None;

    /// <summary>Its user's share in the fair queue; more than 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The class of its requests.</summary>
    public RequestClass Class { get; init; }

    /// <summary>Whether it stands in the file; one of the environment does not, and nothing of it can be edited.</summary>
    public bool IsListed { get; init; } = true;

    /// <summary>What the ledger calls it, where its digest is a new one with each process; null for all others, who are called by what is made of their digest.</summary>
    public string? LedgerId { get; init; }

    /// <summary>Globs of the models allowed; null = all.</summary>
    public IReadOnlyList<string>? Models { get; init => field = ListedValues.Of(value); } = ListedValues.Of(Models);

    /// <summary>Whether the key may be used at a moment of the wall clock.</summary>
    public KeyStanding Standing(DateTimeOffset now) =>
        Blocked ? KeyStanding.Blocked
        : Pending ? KeyStanding.Pending
        : ExpiresAt <= now ? KeyStanding.Expired
        : KeyStanding.Admitted;

    /// <summary>Whether the key may use <paramref name="model"/>.</summary>
    public bool Allows(string model) => ModelName.AllowedBy(Models, model);
}
