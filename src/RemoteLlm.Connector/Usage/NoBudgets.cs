using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Usage;

/// <summary>Where nobody keeps budgets.</summary>
internal sealed class NoBudgets : IBudgetBook
{
    public void Awaits(UsageRecord record)
    {
    }

    public void Settled(IReadOnlyList<UsageRecord> records, IReadOnlyList<UserSpending> spending)
    {
    }

    public void Apply(SpendingUpdate update)
    {
    }
}
