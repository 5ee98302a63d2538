using System.Collections.Immutable;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access;

/// <summary>The key of one user who works in the portal's own pages: 32 random bytes in the place of a key's SHA-256.</summary>
/// <param name="Digest">The bytes.</param>
/// <param name="GitLabId">Whose it is: an entry that was deleted and made anew is another.</param>
/// <param name="EntryMade">The same, for those whom GitLab does not know.</param>
internal sealed record PortalKey(KeyDigest Digest, long? GitLabId, DateTimeOffset? EntryMade)
{
    /// <summary>What it is called in usage and logs, by its name and by its id.</summary>
    public const string Name = "portal";

    /// <summary>Nobody's, by user names.</summary>
    public static ImmutableDictionary<string, PortalKey> None { get; } = ImmutableDictionary.Create<string, PortalKey>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it is the key of this entry.</summary>
    public bool IsOf(UserRecord user) => user.GitLabId == GitLabId && user.CreatedAt == EntryMade;

    /// <summary>The key as one of its user's.</summary>
    public KeyRecord Record(UserRecord user) => new(user.Name, Name, Name, Digest, user.Limits, user.Models, user.Blocked, user.Pending, null, null)
    {
        LedgerId = Name,
        Role = user.Role,
        Budget = user.Budget,
        Weight = user.Weight,
    };
}

/// <summary>Says of a request that a page of the portal sent it for a user who is logged in: it has no key with it, and this one counts.</summary>
/// <param name="Key">The user's <see cref="PortalKey"/>.</param>
internal sealed record PortalRequest(KeyDigest Key);
