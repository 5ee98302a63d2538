using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Usage;

/// <summary>The ledger as those see it who bring records to it and carry its figures to connectors.</summary>
internal interface IUsageLedger
{
    /// <summary>Takes a connector's records. When this returns they are on the disk, were there before, or are refused.</summary>
    /// <param name="connector">The connector's id.</param>
    /// <param name="batch">The records.</param>
    /// <exception cref="IOException">They could not be written; nothing of them counts, and they are to be sent again.</exception>
    Task<UsageReceipt> SettleAsync(string connector, UsageBatch batch);

    /// <summary>What everybody who has a budget has used now.</summary>
    SpendingUpdate Spending();

    /// <summary>What the figures of these users are now; users without a budget are left out.</summary>
    SpendingUpdate SpendingOf(IReadOnlySet<string> users);

    /// <summary>The figures of these users have changed; null when all of them have, as at midnight. Called on any thread; must not block.</summary>
    event Action<IReadOnlySet<string>?>? SpendingChanged;
}
