using RemoteLlm.Hosting.Draining;

namespace RemoteLlm.Connector.Link;

/// <summary>When the connector stops: the broker agrees to send no more, before the wait for running requests begins.</summary>
internal sealed class LinkDrain(BrokerLink link, InFlightRequests requests) : IDrainStep
{
    public Task BeginDrainAsync(CancellationToken cancellationToken) => link.BeginDrainAsync(cancellationToken);

    // Requests whose grace is over end with their channels; the HTTP/2 server would wait for them. Where none is left it closes the channels itself, behind
    // the last bytes that it has yet to send.
    public Task EndDrainAsync(CancellationToken cancellationToken) => requests.Count == 0 ? Task.CompletedTask : link.StopAsync(cancellationToken);
}
