using System.Diagnostics.CodeAnalysis;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>All users and their keys at one moment. Never changes; a new state of the file makes a new one.</summary>
public sealed class UserDirectory
{
    private readonly Dictionary<KeyDigest, KeyRecord> _keys;

    /// <summary>A directory of users whose keys all differ.</summary>
    /// <exception cref="ArgumentException">Two keys have the same digest.</exception>
    public UserDirectory(IReadOnlyList<UserRecord> users)
    {
        Users = users;
        _keys = users.SelectMany(user => user.Keys).ToDictionary(key => key.Digest);
    }

    private UserDirectory(UserDirectory other, long revision)
    {
        _keys = other._keys;
        Users = other.Users;
        Revision = revision;
    }

    /// <summary>Nobody.</summary>
    public static UserDirectory Empty { get; } = new([]);

    /// <summary>Which state this is; a later one has a greater number. 0 = not one that a running broker took.</summary>
    public long Revision { get; }

    /// <summary>All users in the order of the file, then those whom only the environment knows.</summary>
    public IReadOnlyList<UserRecord> Users { get; }

    /// <summary>All keys, in no order.</summary>
    public IReadOnlyCollection<KeyRecord> Keys => _keys.Values;

    /// <summary>The key with this digest, in constant time whoever is asked for.</summary>
    public bool TryFind(KeyDigest digest, [NotNullWhen(true)] out KeyRecord? key) => _keys.TryGetValue(digest, out key);

    /// <summary>The same users under another number.</summary>
    internal UserDirectory At(long revision) => new(this, revision);

    /// <summary>The user of this name, whatever its case; null if there is none.</summary>
    public UserRecord? FindUser(string name) => Users.FirstOrDefault(user => string.Equals(user.Name, name, StringComparison.OrdinalIgnoreCase));
}
