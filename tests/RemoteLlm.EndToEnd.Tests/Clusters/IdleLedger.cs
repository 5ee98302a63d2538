using RemoteLlm.Broker.Usage;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>A ledger that keeps nothing and has nothing to say.</summary>
internal sealed class IdleLedger : IUsageLedger
{
    public event Action<IReadOnlySet<string>?>? SpendingChanged
    {
        add { }
        remove { }
    }

    public Task<UsageReceipt> SettleAsync(string connector, UsageBatch batch) => Task.FromResult(new UsageReceipt([], []));

    public SpendingUpdate Spending() => new(DateTimeOffset.UtcNow, Whole: true, []);

    public SpendingUpdate SpendingOf(IReadOnlySet<string> users) => new(DateTimeOffset.UtcNow, Whole: false, []);
}
