using RemoteLlm.Connector.Link;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Connector.Observability;

/// <summary>Whether requests can reach this connector.</summary>
internal sealed class LinkReadiness(LinkState link) : IReadinessCheck
{
    public string Name => "broker";

    public ValueTask<Readiness> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        link.ControlUp && link.ChannelsUp > 0 ? Readiness.Ready($"connector {link.ConnectorId}, {link.ChannelsUp} channels") : Readiness.NotReady(link.Problem ?? "no channel is up"));
}
