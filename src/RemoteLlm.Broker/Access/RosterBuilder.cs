using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Access;

/// <summary>
/// Makes what one connector is sent of its roster: the same users for all, but fingerprints that only this connector can recognise. They cost about 2 us a key and are made of those keys
/// only that are sent.
/// </summary>
internal static class RosterBuilder
{
    /// <summary>All users.</summary>
    public static RosterPush Whole(UserDirectory users, string connectorId) => new Writer(connectorId).Push(users.Revision, since: null, users.Users, []);

    /// <summary>What has become of these users since a revision.</summary>
    /// <param name="users">The users as they are.</param>
    /// <param name="connectorId">For whom.</param>
    /// <param name="since">The revision that the connector has.</param>
    /// <param name="changed">Names, in their exact case, of users who were changed, added or taken out since.</param>
    public static RosterPush Changes(UserDirectory users, string connectorId, long since, IEnumerable<string> changed)
    {
        var there = new List<UserRecord>();
        var gone = new List<string>();
        foreach (var name in changed)
        {
            if (users.FindUser(name) is { } user && user.Name == name)
                there.Add(user);
            else
                gone.Add(name);
        }

        return new Writer(connectorId).Push(users.Revision, since, there, gone);
    }

    private sealed class Writer(string connectorId)
    {
        private readonly List<RosterTerms> _terms = [];
        private readonly Dictionary<RosterTerms, int> _places = [];

        public RosterPush Push(long revision, long? since, IReadOnlyList<UserRecord> users, IReadOnlyList<string> gone)
        {
            var listed = new List<RosterUser>(users.Count);
            foreach (var user in users)
                listed.Add(new RosterUser(user.Name, Place(TermsOf(user)), [.. user.Keys.Select(KeyOf)]));
            return new RosterPush(revision, since, _terms, listed, gone);
        }

        // Terms are equal by value, because a user's list of models is (ListedValues).
        private int Place(RosterTerms terms)
        {
            if (_places.TryGetValue(terms, out var place))
                return place;
            _terms.Add(terms);
            return _places[terms] = _terms.Count - 1;
        }

        private RosterKey KeyOf(KeyRecord key) =>
            new(key.Name, DerivedCredential.FingerprintOf(key.Digest, connectorId)) { ExpiresAt = key.ExpiresAt, Class = key.Class };

        // Who waits for approval is listed as blocked: known, and refused.
        private static RosterTerms TermsOf(UserRecord user) => new(user.Limits)
        {
            Models = user.Models,
            Budget = user.Budget.IsNone ? null : user.Budget,
            Weight = user.Weight,
            Blocked = user.Blocked || user.Pending,
            IsOperator = user.Role == UserRole.Operator,
        };
    }
}
