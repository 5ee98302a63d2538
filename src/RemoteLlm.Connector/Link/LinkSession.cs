using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Link;

/// <summary>A granted session with the keepers of its channels. It outlives control connections; it ends when its channels are told so.</summary>
internal sealed class LinkSession : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task[] _keepers;

    public LinkSession(SessionGrant grant, Func<SessionGrant, int, CancellationToken, Task> keep, CancellationToken stopping)
    {
        Grant = grant;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _keepers = [.. Enumerable.Range(0, grant.Channels).Select(number => keep(grant, number, _stop.Token))];
        Ended = Task.WhenAny(_keepers);
    }

    public SessionGrant Grant { get; }

    /// <summary>Completes when a keeper has given up: the broker no longer knows the session.</summary>
    public Task Ended { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_keepers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
