using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Makes what each connector is to be told of its roster.</summary>
internal sealed class Rosters(EdgeDirectory directory)
{
    private readonly Lock _gate = new();
    private RosterHistory? _history;

    /// <summary>Revision of the roster that connectors are to have now.</summary>
    public long Revision => directory.Users.Revision;

    /// <summary>What a connector is to be told now: the changes since the revision that it has, where they are known, otherwise all.</summary>
    /// <param name="connectorId">The connector.</param>
    /// <param name="since">The revision that it has; null when it has none.</param>
    public RosterPush For(string connectorId, long? since)
    {
        UserDirectory users;
        IReadOnlySet<string>? changed;
        lock (_gate)
        {
            // Read inside the lock, so that no state is recorded after a later one.
            users = directory.Users;
            _history ??= new RosterHistory(users);
            _history.Add(users);
            changed = since is { } known ? _history.ChangedSince(known) : null;
        }

        return changed is null ? RosterBuilder.Whole(users, connectorId) : RosterBuilder.Changes(users, connectorId, since!.Value, changed);
    }
}
