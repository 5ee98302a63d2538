using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Connector.Relay;

namespace RemoteLlm.Connector.Usage;

/// <summary>Takes down what each request used.</summary>
internal sealed class UsageKeeper(UsageOutbox outbox, IBudgetBook budgets, TimeProvider time)
{
    /// <summary>A request has ended; to be called once, when its status, usage and cost are known. Never waits, never throws.</summary>
    public void Ended(Exchange exchange)
    {
        if (UsageRecords.Of(exchange, time) is { } record && outbox.Add(record) is { } gone)
            budgets.Settled(gone, []);
    }
}
