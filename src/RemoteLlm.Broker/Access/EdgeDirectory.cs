using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access;

/// <summary>The users in force at the edge: those of the files and, where keys are not checked, one more that stands for everybody.</summary>
internal sealed class EdgeDirectory
{
    private readonly AccessFiles _files;
    private readonly UserRecord? _anonymous;
    private (UserDirectory Files, UserDirectory Edge) _last;

    public EdgeDirectory(AccessFiles files, BrokerOptions options)
    {
        _files = files;
        if (options.NoAuth)
            _anonymous = Anonymous(AnonymousKey = ApiKey.Generate());
        _last = (files.Users, With(files.Users));
    }

    /// <summary>The key that stands for everybody when keys are not checked; null when they are.</summary>
    public string? AnonymousKey { get; }

    /// <summary>The users; their revision is that of the rosters made of them.</summary>
    public UserDirectory Users
    {
        get
        {
            var files = _files.Users;
            if (_anonymous is null)
                return files;
            if (!ReferenceEquals(_last.Files, files))
                _last = (files, With(files));
            return _last.Edge;
        }
    }

    private UserDirectory With(UserDirectory users) =>
        _anonymous is null ? users : new UserDirectory([.. users.Users, _anonymous]).At(users.Revision);

    // Development only: an ordinary key that nobody knows, so that the connector checks it like every other.
    private static UserRecord Anonymous(string key)
    {
        var record = new KeyRecord("anonymous", "no-auth", ApiKey.Prefix(key), ApiKey.Hash(key), RequestLimits.None, null, false, false, null, null);
        return new UserRecord("anonymous", null, UserRole.User, false, false, RequestLimits.None, null, null, [record]);
    }
}
