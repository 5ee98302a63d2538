using System.Collections.Immutable;

namespace RemoteLlm.Broker.Connectors;

/// <summary>The sessions that are open now. Read by every request without a lock.</summary>
internal sealed class SessionRegistry : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private ImmutableArray<ConnectorSession> _sessions = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _lastNumber;

    public ImmutableArray<ConnectorSession> All => _sessions;

    /// <summary>Cancelled when the broker has served its last request: channels end, those too that are being dialled at this moment.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>
    /// Completes at the next change of what can be routed where: sessions, their readiness, their models. Take it before you look, so that no change falls in between.
    /// </summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Says that something changed for which requests may wait: whoever changes <see cref="ConnectorSession.Routable"/> or a session's models calls this afterwards.</summary>
    public void Pulse() => Interlocked.Exchange(ref _changed, NewSignal()).SetResult();

    public void Close() => _closing.Cancel();

    public void Dispose() => _closing.Dispose();

    public long NextNumber() => Interlocked.Increment(ref _lastNumber);

    public ConnectorSession? Find(string id) => _sessions.FirstOrDefault(session => session.Id == id);

    public ConnectorSession? FindByControl(string connectionId) => _sessions.FirstOrDefault(session => session.Control?.Id == connectionId);

    public IEnumerable<ConnectorSession> Of(string connectorId) => _sessions.Where(session => session.ConnectorId == connectorId);

    public void Add(ConnectorSession session)
    {
        ImmutableInterlocked.Update(ref _sessions, (all, added) => all.Add(added), session);
        Pulse();
    }

    public bool Remove(ConnectorSession session)
    {
        var removed = ImmutableInterlocked.Update(ref _sessions, (all, gone) => all.Remove(gone), session);
        Pulse();
        return removed;
    }

    /// <summary>The sessions that may get a request: of each connector the newest that is ready, so that a successor takes over only once it can serve.</summary>
    public IEnumerable<ConnectorSession> Routable()
    {
        var all = _sessions;
        foreach (var session in all)
        {
            if (session.Routable && !all.Any(other => other.Number > session.Number && other.ConnectorId == session.ConnectorId && other.Routable))
                yield return session;
        }
    }

    // Those who wait go on elsewhere: a pulse comes from wherever the change was made, locks and all.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
