using System.Diagnostics.Metrics;
using RemoteLlm.Connector.Observability;

namespace RemoteLlm.Connector.Usage;

/// <summary>The instruments of the way to the ledger.</summary>
internal sealed class UsageMetrics
{
    private readonly Counter<long> _settled;
    private readonly Counter<long> _refused;

    public UsageMetrics(IMeterFactory meters, UsageOutbox outbox)
    {
        var meter = meters.Create(ConnectorMetrics.MeterName);
        _settled = meter.CreateCounter<long>("remotellm.usage.settled", "{record}", "Usage records that the broker's ledger has");
        _refused = meter.CreateCounter<long>("remotellm.usage.refused", "{record}", "Usage records that the broker's ledger refused");
        meter.CreateObservableGauge("remotellm.usage.waiting", () => outbox.Count, "{record}", "Usage records that wait to be settled");
        meter.CreateObservableGauge("remotellm.usage.waiting.age", () => outbox.OldestAge.TotalSeconds, "s", "How long the oldest of them has waited; 0 when there is none");
        meter.CreateObservableCounter("remotellm.usage.dropped", () => outbox.Dropped, "{record}", "Usage records that were lost because too many waited");
    }

    /// <summary>A batch was settled.</summary>
    public void Settled(int taken, int refused)
    {
        _settled.Add(taken);
        if (refused > 0)
            _refused.Add(refused);
    }
}
