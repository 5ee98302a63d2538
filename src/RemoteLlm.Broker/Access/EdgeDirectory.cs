using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access;

/// <summary>The users in force at the edge: those of the files and, where keys are not checked, one more that stands for everybody.</summary>
internal sealed class EdgeDirectory
{
    private readonly AccessFiles _files;
    private Pair _last;

    public EdgeDirectory(AccessFiles files, BrokerOptions options)
    {
        _files = files;
        if (options.NoAuth)
            AnonymousKey = ApiKey.Generate();
        _last = new Pair(files.Users, With(files.Users));
    }

    /// <summary>The key that stands for everybody when keys are not checked; null when they are.</summary>
    public string? AnonymousKey { get; }

    /// <summary>The users; their revision is that of the rosters made of them.</summary>
    public UserDirectory Users
    {
        get
        {
            var files = _files.Users;
            if (AnonymousKey is null)
                return files;
            var last = Volatile.Read(ref _last);
            if (!ReferenceEquals(last.Files, files))
                Volatile.Write(ref _last, last = new Pair(files, With(files)));
            return last.Edge;
        }
    }

    private UserDirectory With(UserDirectory users) =>
        AnonymousKey is null ? users : new UserDirectory([.. users.Users, Anonymous(AnonymousKey, FreeName(users))]).At(users.Revision);

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
        var record = new KeyRecord(name, "no-auth", ApiKey.Prefix(key), ApiKey.Hash(key), RequestLimits.None, null, false, false, null, null);
        return new UserRecord(name, null, UserRole.User, false, false, RequestLimits.None, null, null, [record]);
    }

    private sealed record Pair(UserDirectory Files, UserDirectory Edge);
}
