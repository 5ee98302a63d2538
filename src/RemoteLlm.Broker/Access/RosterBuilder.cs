using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access;

/// <summary>Makes the roster of one connector: the same users for all, but fingerprints that only this connector can recognise.</summary>
internal static class RosterBuilder
{
    /// <summary>One entry a key. Who waits for approval is listed as blocked: known, and refused.</summary>
    /// <remarks>About 2 us a key.</remarks>
    public static Roster Build(UserDirectory users, string connectorId, long revision)
    {
        var entries = new List<RosterEntry>(users.Keys.Count);
        foreach (var key in users.Users.SelectMany(user => user.Keys))
        {
            entries.Add(new RosterEntry(
                key.User,
                key.Name,
                DerivedCredential.FingerprintOf(key.Digest, connectorId),
                key.Limits,
                key.Models,
                key.Blocked || key.Pending,
                key.ExpiresAt) { IsOperator = key.Role == UserRole.Operator });
        }

        return new Roster(revision, entries);
    }
}
