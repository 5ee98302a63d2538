using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>Adds the keys of the environment to the users of the file.</summary>
internal static class EnvironmentUsers
{
    /// <summary>The users with those keys; who is not in the file comes last. A key that file and environment both have is the file's: there it can be limited and blocked.</summary>
    /// <param name="directory">The users of the file.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="defaults">The limits of those who are not in the file.</param>
    public static UserDirectory With(this UserDirectory directory, IReadOnlyList<ListedKey> keys, UserLimits defaults)
    {
        var added = keys.Where(key => !directory.TryFind(key.Digest, out _)).GroupBy(key => key.User, StringComparer.OrdinalIgnoreCase).ToList();
        if (added.Count == 0)
            return directory;
        var users = new List<UserRecord>(directory.Users);
        foreach (var owned in added)
        {
            var listed = directory.FindUser(owned.Key);
            var user = listed ?? new UserRecord(owned.Key, null, UserRole.User, Blocked: false, Pending: false, defaults.Requests, null, null, [])
            {
                Budget = defaults.Budget,
                Weight = defaults.Weight,
                IsListed = false,
            };
            user = user with { Keys = [.. user.Keys, .. owned.Select(key => RecordOf(user, key))] };
            if (listed is null)
                users.Add(user);
            else
                users[users.IndexOf(listed)] = user;
        }

        return new UserDirectory(users);
    }

    private static KeyRecord RecordOf(UserRecord user, ListedKey key) => new(
        user.Name, EnvironmentKeys.DefaultUser, key.Prefix, key.Digest, user.Limits, user.Models, user.Blocked, user.Pending, CreatedAt: null, ExpiresAt: null)
    {
        Role = user.Role,
        Budget = user.Budget,
        Weight = user.Weight,
        IsListed = false,
    };
}
