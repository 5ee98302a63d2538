using RemoteLlm.Hosting.Draining;

namespace RemoteLlm.Connector.Link;

/// <summary>When the connector stops: the broker agrees to send no more, before the wait for running requests begins.</summary>
internal sealed class LinkDrain(BrokerLink link) : IDrainStep
{
    public Task BeginDrainAsync(CancellationToken cancellationToken) => link.BeginDrainAsync(cancellationToken);
}
