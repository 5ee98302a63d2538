using RemoteLlm.Broker.Usage;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Tests.Connectors;

/// <summary>A ledger that keeps nothing but what it was brought, and says of users what a test sets.</summary>
internal sealed class FakeLedger : IUsageLedger
{
    public event Action<IReadOnlySet<string>?>? SpendingChanged;

    /// <summary>What it was brought: the connector, and the ids.</summary>
    public List<(string Connector, IReadOnlyList<string> Ids)> Batches { get; } = [];

    /// <summary>It cannot write.</summary>
    public bool IsFull { get; set; }

    /// <summary>Tokens of today, by user.</summary>
    public Dictionary<string, long> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether somebody listens.</summary>
    public bool IsHeard => SpendingChanged is not null;

    /// <summary>Says that figures have changed.</summary>
    public void Change(params string[] users) => SpendingChanged?.Invoke(users.ToHashSet(StringComparer.Ordinal));

    /// <summary>Says that all figures have changed.</summary>
    public void ChangeAll() => SpendingChanged?.Invoke(null);

    public Task<UsageReceipt> SettleAsync(string connector, UsageBatch batch)
    {
        if (IsFull)
            throw new IOException("no space is left");
        Batches.Add((connector, [.. batch.Records.Select(record => record.Id)]));
        return Task.FromResult(new UsageReceipt([], [Figures("alice")]));
    }

    public SpendingUpdate Spending() => new(DateTimeOffset.UnixEpoch, true, [.. Tokens.Keys.Order(StringComparer.Ordinal).Select(Figures)]);

    public SpendingUpdate SpendingOf(IReadOnlySet<string> users) => new(DateTimeOffset.UnixEpoch, false, [.. users.Where(Tokens.ContainsKey).Order(StringComparer.Ordinal).Select(Figures)]);

    private UserSpending Figures(string user) => new(user, 1, DateOnly.MinValue, Tokens.GetValueOrDefault(user), 0, 0, 0);
}
