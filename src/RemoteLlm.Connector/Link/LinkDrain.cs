using RemoteLlm.Hosting.Draining;

namespace RemoteLlm.Connector.Link;

/// <summary>When the connector stops: the broker agrees to send no more, before the wait for running requests begins.</summary>
internal sealed class LinkDrain(BrokerLink link, LinkState state, InFlightRequests requests, TimeProvider time) : IDrainStep
{
    // A line that is away for longer has lost the last words of an answer; an operator who stops a process does not wait for minutes.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(10);

    private bool _served;

    public Task BeginDrainAsync(CancellationToken cancellationToken)
    {
        _served = requests.Count > 0;
        return link.BeginDrainAsync(cancellationToken);
    }

    // Requests whose grace is over end with their channels; the HTTP/2 server would wait for them. Where none is left it closes the channels itself, behind
    // the last bytes that it has yet to send.
    public async Task EndDrainAsync(CancellationToken cancellationToken)
    {
        if (requests.Count > 0)
            await link.StopAsync(cancellationToken);
        else if (_served)
            await state.LinesUpAsync(s_lastWords, time, cancellationToken);
    }
}
