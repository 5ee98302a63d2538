using System.Collections.Immutable;
using System.Security.Cryptography;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access;

/// <summary>
/// The users in force at the edge: those of the files, with the keys of those who work in the portal's own pages and, where keys are not checked, one more user who stands for everybody.
/// </summary>
internal sealed class EdgeDirectory
{
    private readonly AccessFiles _files;
    private readonly Lock _gate = new();
    private State _last;

    public EdgeDirectory(AccessFiles files, BrokerOptions options)
    {
        _files = files;
        if (options.NoAuth)
            AnonymousKey = ApiKey.Generate();
        _last = Following_NeedsLock(new State(UserDirectory.Empty, UserDirectory.Empty, PortalKey.None), files.Users, PortalKey.None);
        files.UsersChanged += () => Changed?.Invoke();
    }

    /// <summary>The key that stands for everybody when keys are not checked; null when they are.</summary>
    public string? AnonymousKey { get; }

    /// <summary>The users; their revision is that of the rosters made of them.</summary>
    public UserDirectory Users
    {
        get
        {
            var last = Volatile.Read(ref _last);
            return ReferenceEquals(last.Files, _files.Users) ? last.Edge : Follow();
        }
    }

    /// <summary>Other <see cref="Users"/> are in force.</summary>
    public event Action? Changed;

    /// <summary>
    /// The key by which a user works in the portal's own pages; made when it is asked for the first time, and a key like any other to those who check it. It has no text: nobody can send it, and
    /// no file has it. It goes with the process, and with the user's entry.
    /// </summary>
    /// <param name="user">The user as the files have him.</param>
    public KeyDigest PortalKeyOf(UserRecord user)
    {
        KeyDigest digest;
        lock (_gate)
        {
            Follow();
            if (_last.Keys.TryGetValue(user.Name, out var known) && known.IsOf(user))
                return known.Digest;
            digest = new KeyDigest(RandomNumberGenerator.GetBytes(KeyDigest.Size));
            Volatile.Write(ref _last, Following_NeedsLock(_last, _files.Users, _last.Keys.SetItem(user.Name, new PortalKey(digest, user.GitLabId, user.CreatedAt))));
        }

        Changed?.Invoke();
        return digest;
    }

    private UserDirectory Follow()
    {
        lock (_gate)
        {
            var files = _files.Users;
            if (!ReferenceEquals(_last.Files, files))
                Volatile.Write(ref _last, Following_NeedsLock(_last, files, _last.Keys));
            return _last.Edge;
        }
    }

    private State Following_NeedsLock(State before, UserDirectory files, ImmutableDictionary<string, PortalKey> keys)
    {
        foreach (var (name, key) in keys)
        {
            if (files.FindUser(name) is not { } user || !key.IsOf(user))
                keys = keys.Remove(name);
        }

        if (AnonymousKey is null && keys.IsEmpty && files.Revision > before.Edge.Revision)
            return new State(files, files, keys);
        var users = files.Users.Select(user => keys.TryGetValue(user.Name, out var key) ? user with { Keys = [.. user.Keys, key.Record(user)] } : user).ToList();
        if (AnonymousKey is not null)
            users.Add(Anonymous(AnonymousKey, FreeName(files)));
        // What is in the files was numbered when it was read: a key may have been made since, under a later number.
        return new State(files, new UserDirectory(users).At(files.Revision > before.Edge.Revision ? files.Revision : _files.NextRevision()), keys);
    }

    private static string FreeName(UserDirectory users)
    {
        var name = "anonymous";
        while (users.FindUser(name) is not null)
            name += "-";
        return name;
    }

    // Development only: an ordinary key that nobody knows, so that the connector checks it like every other.
    private static UserRecord Anonymous(string key, string name)
    {
        var record = new KeyRecord(name, "no-auth", ApiKey.Prefix(key), ApiKey.Hash(key), RequestLimits.None, null, false, false, null, null) { LedgerId = "no-auth" };
        return new UserRecord(name, null, UserRole.User, false, false, RequestLimits.None, null, null, [record]);
    }

    private sealed record State(UserDirectory Files, UserDirectory Edge, ImmutableDictionary<string, PortalKey> Keys);
}
