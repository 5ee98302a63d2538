using System.Collections.Concurrent;
using RemoteLlm.Broker.Access;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Connectors;

/// <summary>The roster of each connector, made once for each revision of the users.</summary>
internal sealed class Rosters(EdgeDirectory directory)
{
    private readonly ConcurrentDictionary<string, Roster> _made = new();

    /// <summary>The roster that a connector is to have now.</summary>
    public Roster For(string connectorId)
    {
        var users = directory.Users;
        return _made.AddOrUpdate(
            connectorId,
            id => RosterBuilder.Build(users, id, users.Revision),
            (id, known) => known.Revision >= users.Revision ? known : RosterBuilder.Build(users, id, users.Revision));
    }
}
