using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Link;

/// <summary>A granted session with the keepers of its channels. It outlives control connections; it ends when its channels are told so.</summary>
internal sealed class LinkSession : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task[] _keepers;

    /// <summary>Opens the channels, one after another: each once the one before is up or has failed for the first time.</summary>
    public LinkSession(SessionGrant grant, Func<SessionGrant, int, TaskCompletionSource, CancellationToken, Task> keep, CancellationToken stopping)
    {
        Grant = grant;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _keepers = new Task[grant.Channels];
        var turn = Task.CompletedTask;
        for (var number = 0; number < grant.Channels; number++)
        {
            var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _keepers[number] = KeepInTurnAsync(turn, number, tried);
            turn = tried.Task;
        }

        Ended = Task.WhenAny(_keepers);

        async Task KeepInTurnAsync(Task before, int number, TaskCompletionSource tried)
        {
            await before.WaitAsync(_stop.Token);
            await keep(grant, number, tried, _stop.Token);
        }
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
