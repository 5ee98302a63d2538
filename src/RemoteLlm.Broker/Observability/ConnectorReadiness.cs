using RemoteLlm.Broker.Connectors;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Broker.Observability;

/// <summary>
/// Who serves. A broker without connectors is ready all the same: were it taken out of a balancer, no connector could dial in.
/// </summary>
internal sealed class ConnectorReadiness(SessionRegistry sessions) : IReadinessCheck
{
    public string Name => "connectors";

    public ValueTask<Readiness> CheckAsync(CancellationToken cancellationToken)
    {
        var serving = sessions.Routable().Select(session => session.ConnectorId).ToList();
        return ValueTask.FromResult(Readiness.Ready(serving.Count == 0 ? "no connector is connected" : string.Join(", ", serving)));
    }
}
