using System.Diagnostics.Metrics;
using RemoteLlm.Broker.Observability;

namespace RemoteLlm.Broker.Usage;

/// <summary>The ledger's instruments.</summary>
internal sealed class LedgerMetrics
{
    private readonly Counter<long> _settled;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _unreadable;

    public LedgerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(BrokerMetrics.MeterName);
        _settled = meter.CreateCounter<long>("remotellm.ledger.settled", "{record}", "Usage records written to the ledger");
        _duplicates = meter.CreateCounter<long>("remotellm.ledger.duplicates", "{record}", "Usage records that were there already, and do not count again");
        _refused = meter.CreateCounter<long>("remotellm.ledger.refused", "{record}", "Usage records that do not count, by the reason");
        _failures = meter.CreateCounter<long>("remotellm.ledger.write.failures", "{write}", "Writes to the ledger that failed");
        _unreadable = meter.CreateCounter<long>("remotellm.ledger.unreadable", "{line}", "Lines of the ledger that cannot be read and do not count");
    }

    public void Settled(int records) => _settled.Add(records);

    public void Duplicates(int records) => _duplicates.Add(records);

    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("remotellm.reason", reason));

    public void WriteFailed() => _failures.Add(1);

    public void Unreadable() => _unreadable.Add(1);
}
