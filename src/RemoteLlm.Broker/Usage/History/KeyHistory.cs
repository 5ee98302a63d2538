using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;

namespace RemoteLlm.Broker.Usage.History;

/// <summary>The history as those ask it who know keys by their entries: what the ledger calls a key, what a key of the ledger is called now.</summary>
internal sealed class KeyHistory(UsageHistory history, BillingProofs proofs, AccessFiles files)
{
    // Lines of before there were ids have the name alone.
    private static readonly KnownKey s_portal = new(PortalKey.Name, PortalKey.Name, 0);

    /// <summary>The first day of which everything is known.</summary>
    public DateOnly First => history.First;

    /// <summary>The keys that a user has now; that of the portal's own pages is the last.</summary>
    /// <param name="user">The user, whatever the name's case.</param>
    public IReadOnlyList<KnownKey> Of(string user) => [.. files.Users.FindUser(user)?.Keys.Select(Known) ?? [], s_portal];

    /// <summary>When a key was used last; null when that was not in the days that are remembered.</summary>
    public DateTimeOffset? LastUsed(KeyRecord key) => history.LastUsed(key.User, Known(key));

    /// <summary>When a user asked for something last, by whichever key; null when that was not in these days.</summary>
    public DateTimeOffset? LastUsed(UserRecord user) => history.LastUsed(user.Name);

    /// <summary>The same rows, with the names that keys have now.</summary>
    public IEnumerable<HistoryRow> Named(IEnumerable<HistoryRow> rows)
    {
        var known = new Dictionary<string, IReadOnlyList<KnownKey>>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in rows)
        {
            if (!known.TryGetValue(row.User, out var keys))
                known.Add(row.User, keys = Of(row.User));
            yield return keys.FirstOrDefault(key => key.Id == row.Key.Id) is { } key ? row with { Key = new HistoryKey(key.Id, key.Name) } : row;
        }
    }

    private KnownKey Known(KeyRecord key) => new(proofs.KeyId(key), key.Name, key.CreatedAt?.ToUnixTimeMilliseconds() ?? 0);
}
