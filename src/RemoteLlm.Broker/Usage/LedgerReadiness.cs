using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Broker.Usage;

/// <summary>
/// Whether usage can be written. While it cannot, requests are served all the same and connectors keep what they used: ready, with a remark that says what is wrong.
/// </summary>
internal sealed class LedgerReadiness(UsageLedger ledger) : IReadinessCheck
{
    public string Name => "usage_ledger";

    public ValueTask<Readiness> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        Readiness.Ready(ledger.Problem is { } problem ? $"usage cannot be written, connectors keep it meanwhile: {problem}" : null));
}
