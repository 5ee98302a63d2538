using System.Collections.Concurrent;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Limits;

/// <summary>The accounts of all users. One lives as long as its user is on the roster, or anything of it runs or waits for the ledger.</summary>
internal sealed class UserAccounts : IBudgetBook
{
    private readonly ConcurrentDictionary<string, UserAccount> _users = new();
    private readonly ConcurrentDictionary<string, UserAccount> _local = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, UserSpending> _spending = [];
    private readonly TimeProvider _time;
    private readonly BrokerClock _clock;

    public UserAccounts(RosterHolder roster, TimeProvider time)
    {
        (_time, _clock) = (time, new BrokerClock(time));
        roster.Applied += Keep;
    }

    /// <summary>Accounts of users of the broker.</summary>
    public int Count => _users.Count;

    /// <summary>The account of a key's user.</summary>
    public UserAccount Of(RosterEntry entry)
    {
        var accounts = entry.IsLocal ? _local : _users;
        return accounts.TryGetValue(entry.User, out var account) ? account
            : entry.IsLocal ? _local.GetOrAdd(entry.User, new UserAccount(entry.Limits, _time, _clock))
            : Open(entry.User, entry.Limits);
    }

    /// <inheritdoc/>
    public void Awaits(UsageRecord record) => Open(record.User, RequestLimits.None).Awaits(record);

    /// <inheritdoc/>
    public void Settled(IReadOnlyList<UsageRecord> records, IReadOnlyList<UserSpending> spending)
    {
        lock (_gate)
        {
            // In this order nothing is missing at any moment; for one it counts twice.
            foreach (var user in spending)
                Apply(user, whole: false);
            foreach (var record in records)
            {
                if (_users.TryGetValue(record.User, out var account))
                    account.Settled(record);
            }
        }
    }

    /// <inheritdoc/>
    public void Apply(SpendingUpdate update)
    {
        _clock.Set(update.Now);
        lock (_gate)
        {
            if (update.Whole)
            {
                _spending.Clear();
                var named = update.Users.Select(static user => user.User).ToHashSet(StringComparer.Ordinal);
                foreach (var (user, account) in _users)
                {
                    if (!named.Contains(user))
                        account.Apply(null, whole: true);
                }
            }

            foreach (var user in update.Users)
                Apply(user, update.Whole);
        }
    }

    private void Apply(UserSpending user, bool whole)
    {
        if (!whole && _spending.TryGetValue(user.User, out var known) && known.Version > user.Version)
            return;
        _spending[user.User] = user;
        if (_users.TryGetValue(user.User, out var account))
            account.Apply(user, whole);
    }

    private UserAccount Open(string user, RequestLimits limits)
    {
        lock (_gate)
        {
            if (_users.TryGetValue(user, out var account))
                return account;
            account = new UserAccount(limits, _time, _clock);
            if (_spending.TryGetValue(user, out var spending))
                account.Apply(spending, whole: true);
            _users[user] = account;
            return account;
        }
    }

    private void Keep(RosterChange change)
    {
        foreach (var (user, account) in _users)
        {
            if (change.Roster.OfUser(user) is null && account.IsIdle)
                _users.TryRemove(user, out _);
        }
    }
}
