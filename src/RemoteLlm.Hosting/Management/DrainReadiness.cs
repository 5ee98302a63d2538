using RemoteLlm.Hosting.Draining;

namespace RemoteLlm.Hosting.Management;

/// <summary>Not ready from the moment a stop began, so that balancers look elsewhere while running requests finish.</summary>
public sealed class DrainReadiness(InFlightRequests requests) : IReadinessCheck
{
    /// <inheritdoc/>
    public string Name => "draining";

    /// <inheritdoc/>
    public ValueTask<Readiness> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        requests.Draining ? Readiness.NotReady($"stopping; {requests.Count} requests are finishing") : Readiness.Ready());
}
