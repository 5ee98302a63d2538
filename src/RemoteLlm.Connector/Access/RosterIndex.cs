using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Access;

/// <summary>A roster, to be looked up by key and by user. Never changes: a change makes another, of which a copy is the larger part (under a millisecond for ten thousand users).</summary>
internal sealed class RosterIndex
{
    private readonly Dictionary<KeyDigest, RosterEntry> _keys;
    private readonly Dictionary<string, IReadOnlyList<RosterEntry>> _users;

    private RosterIndex(long revision, Dictionary<KeyDigest, RosterEntry> keys, Dictionary<string, IReadOnlyList<RosterEntry>> users)
    {
        Revision = revision;
        _keys = keys;
        _users = users;
    }

    /// <summary>Nobody, from before the first roster.</summary>
    public static RosterIndex Empty { get; } = new(-1, [], []);

    /// <summary>Which one it is; -1 before the first.</summary>
    public long Revision { get; }

    /// <summary>How many keys there are.</summary>
    public int Keys => _keys.Count;

    /// <summary>Names of all users, those without a key among them.</summary>
    public IReadOnlyCollection<string> Users => _users.Keys;

    /// <summary>The entry of a key, by the fingerprint of its credential; null when it is not known.</summary>
    public RosterEntry? Find(KeyDigest fingerprint) => _keys.GetValueOrDefault(fingerprint);

    /// <summary>The entries of a user, one a key, all with the same terms; null when there is no such user.</summary>
    public IReadOnlyList<RosterEntry>? OfUser(string user) => _users.GetValueOrDefault(user);

    /// <summary>The roster after a push.</summary>
    /// <param name="push">A sound push (<see cref="RosterPushes.IsSound"/>).</param>
    /// <returns>Null when it changes another roster than this one.</returns>
    public RosterChange? After(RosterPush push)
    {
        if (push.Since is not null && push.Since != Revision)
            return null;
        var isWhole = push.Since is null;
        var next = isWhole
            ? new RosterIndex(push.Revision, new Dictionary<KeyDigest, RosterEntry>(push.Users.Count), new Dictionary<string, IReadOnlyList<RosterEntry>>(push.Users.Count, StringComparer.Ordinal))
            : new RosterIndex(push.Revision, new Dictionary<KeyDigest, RosterEntry>(_keys), new Dictionary<string, IReadOnlyList<RosterEntry>>(_users, StringComparer.Ordinal));
        // All old keys go before the first new one comes: a key may have passed from one user to another.
        foreach (var name in push.Gone)
            next.Remove(name);
        foreach (var user in push.Users)
            next.Remove(user.Name);
        foreach (var user in push.Users)
            next.Add(user.Name, push.EntriesOf(user));
        return new RosterChange(
            next, [.. push.Users.Select(user => user.Name)], [.. (isWhole ? (IEnumerable<string>)_users.Keys : push.Gone).Where(name => _users.ContainsKey(name) && !next._users.ContainsKey(name))]);
    }

    /// <summary>The same, and no change of it fits.</summary>
    public RosterIndex WithoutRevision() => new(Empty.Revision, _keys, _users);

    private void Add(string user, IReadOnlyList<RosterEntry> entries)
    {
        _users[user] = entries;
        foreach (var entry in entries)
            _keys.TryAdd(entry.Fingerprint, entry);
    }

    private void Remove(string user)
    {
        if (!_users.Remove(user, out var entries))
            return;
        foreach (var entry in entries)
        {
            if (_keys.TryGetValue(entry.Fingerprint, out var known) && ReferenceEquals(known, entry))
                _keys.Remove(entry.Fingerprint);
        }
    }
}
