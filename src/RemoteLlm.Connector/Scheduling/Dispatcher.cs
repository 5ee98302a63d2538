using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>
/// Gives requests their slots. Who finds none waits here for whichever of its servers is free first, in the order in which they came, and not in a server's own queue: who leaves, leaves
/// at once, and a fast server is never idle while requests wait for a slow one. Bounded by the servers' queue limits; who finds it full is told so.
/// </summary>
internal sealed class Dispatcher : IDisposable
{
    // A slot is free when somebody's answer ends, which nobody can foretell; sooner than this only adds load.
    private static readonly TimeSpan s_queueRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_soonest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private readonly TimeProvider _time;
    private readonly ITimer _again;
    private long _picks;
    private long? _due;

    public Dispatcher(TimeProvider time)
    {
        _time = time;
        _again = time.CreateTimer(static dispatcher => ((Dispatcher)dispatcher!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Requests that wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Takes a slot, as soon as there is one.</summary>
    /// <exception cref="OperationCanceledException">The caller left, or waited too long.</exception>
    public ValueTask<Dispatch> TakeAsync(ISlotSeeker seeker, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            // Those who wait found no place when things last changed, and this one is behind them.
            var placement = Place(seeker);
            if (Settle(placement) is { } settled)
                return new(settled);
            if (!seeker.Awaited.Any(static server => server.Load.Waiting < server.Entry.QueueLimit))
                return new(new Dispatch(null, ApiErrors.QueueFull(s_queueRetry)));
            var waiter = new Waiter(this, seeker);
            waiter.Join(_waiting);
            Remind(placement.Again);
            return new(waiter.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Something has changed that may give a place to those who wait: a server is well again, has more slots, or is gone.</summary>
    public void Look()
    {
        lock (_gate)
            Serve();
    }

    public void Dispose() => _again.Dispose();

    internal void Release(LlmServer server)
    {
        lock (_gate)
        {
            server.Load.Leave();
            Serve();
        }

        server.Leave();
    }

    private void Serve()
    {
        TimeSpan? again = null;
        _due = null;
        for (var node = _waiting.First; node is not null;)
        {
            var (waiter, next) = (node.Value, node.Next);
            var placement = Place(waiter.Seeker);
            if (Settle(placement) is { } settled)
                waiter.Leave(settled);
            else
                waiter.CountAnew();
            if (placement.Again is { } wait && (again is null || wait < again))
                again = wait;
            node = next;
        }

        Remind(again);
    }

    // The registry lets go of a server after it has left the list: who looks once more does not find it.
    private static Placement Place(ISlotSeeker seeker)
    {
        var placement = seeker.Place();
        if (placement.Route is not { Server.IsGone: true })
            return placement;
        placement.Charge?.Settle(default);
        return seeker.Place();
    }

    private Dispatch? Settle(Placement placement)
    {
        if (placement.Route is not var (server, _))
            return placement.Refusal is { } refusal ? new Dispatch(null, refusal) : null;
        if (!server.TryEnter())
        {
            // Removed in this very moment.
            placement.Charge?.Settle(default);
            return new Dispatch(null, ApiErrors.UpstreamError());
        }

        server.Load.Enter(++_picks);
        return new Dispatch(new ServerLease(this, placement), null);
    }

    private void Remind(TimeSpan? again)
    {
        if (again is not { } wait || _waiting.Count == 0)
            return;
        wait = wait > s_soonest ? wait : s_soonest;
        var due = _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);
        if (_due <= due)
            return;
        _due = due;
        _again.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private sealed class Waiter(Dispatcher dispatcher, ISlotSeeker seeker)
    {
        private readonly TaskCompletionSource<Dispatch> _place = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private LinkedListNode<Waiter>? _node;
        private IReadOnlyList<LlmServer> _counted = [];

        public ISlotSeeker Seeker => seeker;

        public void Join(LinkedList<Waiter> waiting)
        {
            _node = waiting.AddLast(this);
            CountAnew();
        }

        public void CountAnew()
        {
            Count(-1);
            _counted = seeker.Awaited;
            Count(1);
        }

        public void Leave(Dispatch settled)
        {
            Part();
            _place.SetResult(settled);
        }

        public async Task<Dispatch> WaitAsync(CancellationToken cancellationToken)
        {
            await using var leaving = cancellationToken.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).Cancel(token), this);
            return await _place.Task;
        }

        private void Cancel(CancellationToken token)
        {
            lock (dispatcher._gate)
            {
                // It may have got its place in this moment.
                if (_node is null)
                    return;
                Part();
                _place.SetCanceled(token);
            }
        }

        private void Part()
        {
            _node!.List!.Remove(_node);
            _node = null;
            Count(-1);
            _counted = [];
        }

        private void Count(int difference)
        {
            foreach (var server in _counted)
                server.Load.Wait(difference);
        }
    }
}
