using System.Diagnostics.CodeAnalysis;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Control;

/// <summary>From a flat <see cref="Roster"/> to a <see cref="RosterPush"/>, and from a push to the entries that its users have.</summary>
public static class RosterPushes
{
    /// <summary>The whole roster as it travels.</summary>
    /// <exception cref="ArgumentException">Two keys of one user differ in what they allow: limits, models and the rest are a user's.</exception>
    public static RosterPush ToPush(this Roster roster)
    {
        var terms = new List<RosterTerms>();
        var users = new List<RosterUser>();
        foreach (var owned in roster.Entries.GroupBy(entry => entry.User, StringComparer.Ordinal))
        {
            var first = owned.First();
            if (owned.Any(entry => !HaveSameTerms(entry, first)))
                throw new ArgumentException($"The keys of {owned.Key} differ in what they allow.", nameof(roster));
            terms.Add(TermsOf(first));
            users.Add(new RosterUser(owned.Key, terms.Count - 1, [.. owned.Select(KeyOf)]));
        }

        return new RosterPush(roster.Revision, Since: null, terms, users, Gone: []);
    }

    /// <summary>The entries of one user of a sound push.</summary>
    public static IReadOnlyList<RosterEntry> EntriesOf(this RosterPush push, RosterUser user)
    {
        var terms = push.Terms[user.Terms];
        var entries = new RosterEntry[user.Keys.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            var key = user.Keys[i];
            entries[i] = new RosterEntry(user.Name, key.Name, key.Fingerprint, terms.Limits, terms.Models, terms.Blocked, key.ExpiresAt)
            {
                Budget = terms.Budget ?? Budget.None,
                Weight = terms.Weight,
                Class = key.Class,
                IsOperator = terms.IsOperator,
            };
        }

        return entries;
    }

    /// <summary>Whether a push that came over the wire can be what a broker means. One that is not is not taken, not even in part.</summary>
    public static bool IsSound([NotNullWhen(true)] this RosterPush? push)
    {
        if (push is not { Revision: >= 0, Since: null or >= 0, Terms: { } terms, Users: { } users, Gone: { } gone } || !terms.All(IsSound) || gone.Any(name => name is null))
            return false;
        var named = new HashSet<string>(users.Count + gone.Count, StringComparer.Ordinal);
        return users.All(user => IsSound(user, terms.Count) && named.Add(user.Name)) && gone.All(named.Add);
    }

    private static bool IsSound(RosterTerms? terms) =>
        terms is { Limits: not null, Weight: > 0 and < double.PositiveInfinity }
        && terms.Budget is null or { TokensPerDay: >= 0, TokensPerMonth: >= 0, CostPerDay: >= 0, CostPerMonth: >= 0 }
        && terms.Models?.Any(glob => glob is null) != true;

    private static bool IsSound(RosterUser? user, int terms) =>
        user is { Name: not null, Terms: >= 0, Keys: { } keys } && user.Terms < terms && keys.All(key => key is { Name: not null } && Enum.IsDefined(key.Class));

    private static RosterTerms TermsOf(RosterEntry entry) => new(entry.Limits)
    {
        Models = entry.Models,
        Budget = entry.Budget.IsNone ? null : entry.Budget,
        Weight = entry.Weight,
        Blocked = entry.Blocked,
        IsOperator = entry.IsOperator,
    };

    private static RosterKey KeyOf(RosterEntry entry) => new(entry.KeyName, entry.Fingerprint) { ExpiresAt = entry.ExpiresAt, Class = entry.Class };

    private static bool HaveSameTerms(RosterEntry one, RosterEntry other) =>
        TermsOf(one) with { Models = null } == TermsOf(other) with { Models = null }
        && (one.Models is null ? other.Models is null : other.Models is not null && one.Models.SequenceEqual(other.Models, StringComparer.Ordinal));
}
