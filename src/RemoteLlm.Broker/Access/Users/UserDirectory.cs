using System.Diagnostics.CodeAnalysis;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>All users and their keys at one moment. Never changes; a new state of the file makes a new one.</summary>
public sealed class UserDirectory
{
    private readonly Dictionary<KeyDigest, KeyRecord> _keys;
    private readonly Dictionary<string, UserRecord> _users;
    private readonly Dictionary<long, UserRecord> _byGitLabId;

    /// <summary>A directory of users whose names, GitLab numbers and keys all differ.</summary>
    /// <exception cref="ArgumentException">Two names differ in nothing but their case, or two users have the same GitLab number, or two keys the same digest.</exception>
    public UserDirectory(IReadOnlyList<UserRecord> users)
    {
        Users = users;
        _keys = users.SelectMany(user => user.Keys).ToDictionary(key => key.Digest);
        _users = users.ToDictionary(user => user.Name, StringComparer.OrdinalIgnoreCase);
        _byGitLabId = users.Where(user => user.GitLabId is not null).ToDictionary(user => user.GitLabId!.Value);
    }

    private UserDirectory(UserDirectory other, long revision)
    {
        _keys = other._keys;
        _users = other._users;
        _byGitLabId = other._byGitLabId;
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

    /// <summary>The same users, who are the very objects of <paramref name="before"/> where nothing about them has changed: what compares the two states has little to do.</summary>
    internal UserDirectory Following(UserDirectory before)
    {
        UserRecord[] users = [.. Users.Select(user => before._users.TryGetValue(user.Name, out var known) && known == user ? known : user)];
        return users.AsSpan().SequenceEqual(Users.ToArray(), ReferenceEqualityComparer.Instance) ? this : new UserDirectory(users);
    }

    /// <summary>Names, in their exact case, of users who are not the same as in <paramref name="before"/>: new, changed or gone.</summary>
    internal HashSet<string> ChangedSince(UserDirectory before)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var user in Users)
        {
            if (!before._users.TryGetValue(user.Name, out var known) || known != user)
            {
                changed.Add(user.Name);
            }
        }

        foreach (var user in before.Users)
        {
            if (FindUser(user.Name)?.Name != user.Name)
            {
                changed.Add(user.Name);
            }
        }

        return changed;
    }

    /// <summary>The user of this name, whatever its case; null if there is none.</summary>
    public UserRecord? FindUser(string name) => _users.GetValueOrDefault(name);

    /// <summary>The user with this number at GitLab; null if there is none.</summary>
    public UserRecord? FindGitLabId(long id) => _byGitLabId.GetValueOrDefault(id);
}
