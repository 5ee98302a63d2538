using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Access;

/// <summary>What has become of the roster in force.</summary>
/// <param name="Roster">The roster now.</param>
/// <param name="Changed">Names of users who are new or who may have changed: all of them, after a whole roster.</param>
/// <param name="Gone">Names of users who were there and are no longer.</param>
internal sealed record RosterChange(RosterIndex Roster, IReadOnlyCollection<string> Changed, IReadOnlyCollection<string> Gone);
