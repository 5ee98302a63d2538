using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Limits.Budgets;

/// <summary>
/// What users have used of their budgets, as far as this connector can know: what the ledger says, what it has not been told yet, and what runs now. Told by whoever settles usage with the broker.
/// </summary>
internal interface IBudgetBook
{
    /// <summary>A record waits to be settled: from a start on, for what an earlier process left; later ones are counted when their requests end.</summary>
    void Awaits(UsageRecord record);

    /// <summary>The ledger has these records, or will never have them: from now on its own figures count.</summary>
    void Settled(IReadOnlyList<UsageRecord> records, IReadOnlyList<UserSpending> spending);

    /// <summary>The ledger's figures.</summary>
    void Apply(SpendingUpdate update);
}
