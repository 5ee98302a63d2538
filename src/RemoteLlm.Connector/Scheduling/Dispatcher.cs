using RemoteLlm.Connector.Scheduling.Fair;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>
/// Gives requests their slots. Who finds none waits here for whichever of its servers is free first, and not in a server's own queue: who leaves, leaves at once, and a fast server is never idle
/// while requests wait for a slow one. A server's slots are given in the fair order of its <see cref="ServerLine"/>. Bounded by the servers' queue limits; who finds it full is told so, or takes the
/// place of one who has more than its share of it.
/// </summary>
internal sealed class Dispatcher : IDisposable
{
    /// <summary>A request goes before another that waits for a server's tokens per minute so often, 8: then the server is kept for that one until it has had its turn.</summary>
    public const int MostOvertakings = 8;

    private static readonly TimeSpan s_soonest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<ISlotSeeker, Waiter> _waiting = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<ServerLine> _freed = new();
    private readonly TimeProvider _time;
    private readonly ITimer _again;
    private long _picks;
    private long _sequence;
    private long _round;
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
            // What time has brought is for those who have waited for it.
            if (_due <= _time.GetTimestamp())
                AskAll();
            // Those who wait found no place when things last changed: what this one finds, it takes from nobody.
            var placement = Place(seeker);
            if (Settle(seeker, placement) is { } settled)
            {
                // Of those who wait for the same server now the first could not go there: it has been overtaken.
                if (settled.Lease?.Server.Load.Line is { First: { IsHeldByRate: true } first } line)
                    Overtake(first.Waiter, line);
                return new(settled);
            }

            if (MakeRoom(seeker) is { } refusal)
                return new(new Dispatch(null, refusal));
            var waiter = new Waiter(this, seeker, ++_sequence);
            _waiting.Add(seeker, waiter);
            Sit(waiter);
            Remind(placement.Again);
            ServeFreed();
            return new(waiter.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Something has changed that may give a place to those who wait: a server is well again, has more slots, or is gone.</summary>
    public void Look()
    {
        lock (_gate)
            AskAll();
    }

    /// <summary>Where a request stands; null when it does not wait.</summary>
    public QueuePlace? PlaceOf(ISlotSeeker seeker)
    {
        lock (_gate)
            return _waiting.TryGetValue(seeker, out var waiter) && waiter.Seats.Count > 0 ? QueueFigures.PlaceOf(waiter) : null;
    }

    /// <summary>Who waits for a server, in the order of their first requests.</summary>
    public IReadOnlyList<QueuedUser> QueueOf(LlmServer server)
    {
        lock (_gate)
            return QueueFigures.UsersOf(server.Load.Line);
    }

    public void Dispose() => _again.Dispose();

    internal void Settle(LlmServer server, FairTicket ticket, TokenUsage usage, long? began)
    {
        lock (_gate)
        {
            server.Load.Line.End(ticket, server.Load.PromptWeight.CostOf(usage));
            if (began is { } start)
                server.Load.Line.Pace.Observe(_time.GetElapsedTime(start));
        }
    }

    internal void Release(LlmServer server)
    {
        lock (_gate)
        {
            // Who waits although there was a slot waits for something else: for tokens, some of which may have come back.
            var gained = server.Load.Line.First is { } first && (!first.HasRoom || first.Server.Rate.IsLimited);
            server.Load.Leave();
            if (gained)
                Serve(server.Load.Line);
            ServeFreed();
        }

        server.Leave();
    }

    internal void Leave(Waiter waiter, CancellationToken token)
    {
        lock (_gate)
        {
            // It may have got its place in this moment.
            if (!_waiting.Remove(waiter.Seeker))
                return;
            Rise(waiter);
            waiter.Cancel(token);
            ServeFreed();
        }
    }

    // The next in the order until the server is full again.
    private void Serve(ServerLine line)
    {
        var round = ++_round;
        TimeSpan? again = null;
        var held = long.MaxValue;
        if (line.KeptFor is { } kept)
            Ask(kept, round, ref again);
        while (line.KeptFor is null && line.Next(round) is { HasRoom: true } seat)
        {
            // More tokens are not there where fewer were not.
            if (seat.Work.Tokens >= held || seat.Waiter.Asked == round)
                continue;
            if (!Ask(seat.Waiter, round, ref again) && seat.IsHeldByRate)
                held = Math.Min(held, seat.Work.Tokens);
        }

        Remind(again);
    }

    private void ServeFreed()
    {
        while (_freed.TryDequeue(out var line))
            Serve(line);
    }

    private void AskAll()
    {
        var round = ++_round;
        TimeSpan? again = null;
        _due = null;
        foreach (var waiter in QueueFigures.InOrder(_waiting.Values, round))
        {
            if (waiter.Asked != round && _waiting.ContainsKey(waiter.Seeker))
                Ask(waiter, round, ref again);
        }

        Remind(again);
        ServeFreed();
    }

    private bool Ask(Waiter waiter, long round, ref TimeSpan? again)
    {
        waiter.Asked = round;
        var placement = Place(waiter.Seeker);
        if (placement.Again is { } wait && (again is null || wait < again))
            again = wait;
        if (Settle(waiter.Seeker, placement) is not { } settled)
        {
            Sit(waiter);
            foreach (var seat in waiter.Seats)
            {
                if (seat.Line.Held.Round != round && seat.HasRoom && seat.IsHeldByRate)
                    seat.Line.Held = (waiter, round);
            }

            return false;
        }

        Finish(waiter, settled);
        if (settled.Lease?.Server.Load.Line is { Held: { Waiter: { } held } seen } line && seen.Round == round && held.Seats.Exists(seat => seat.Line == line))
            Overtake(held, line);
        return true;
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

    private Dispatch? Settle(ISlotSeeker seeker, Placement placement)
    {
        if (placement.Route is not var (server, _))
            return placement.Refusal is { } refusal ? new Dispatch(null, refusal) : null;
        if (!server.TryEnter())
        {
            // Removed in this very moment.
            placement.Charge?.Settle(default);
            return new Dispatch(null, ApiErrors.UpstreamError());
        }

        var load = server.Load;
        load.Enter(++_picks);
        var ticket = load.Line.Begin(seeker.Asker, load.PromptWeight.CostOf(seeker.WorkAt(server)));
        return new Dispatch(new ServerLease(this, placement, ticket, _time.GetTimestamp()), null);
    }

    private static void Overtake(Waiter first, ServerLine line)
    {
        if (++first.Overtaken >= MostOvertakings)
            line.KeptFor ??= first;
    }

    // Null when there is room, or one who has more than its share of the queue has made some.
    private ApiError? MakeRoom(ISlotSeeker seeker)
    {
        Seat? newest = null;
        var most = 0;
        foreach (var server in seeker.Awaited)
        {
            var line = server.Load.Line;
            if (line.Count < server.Entry.QueueLimit)
                return null;
            // Who would have as many afterwards as the other has now would only change places with it.
            if (line.Crowd is var (seat, waiting) && waiting > most && line.WaitingOf(seeker.Asker.User) + 1 < waiting)
                (newest, most) = (seat, waiting);
        }

        if (newest is null)
            return ApiErrors.QueueFull(QueueFigures.RetryAfter(seeker.Awaited));
        Finish(newest.Waiter, new Dispatch(null, ApiErrors.QueueFull(QueueFigures.RetryAfter(newest.Waiter.Seeker.Awaited))));
        return null;
    }

    private void Finish(Waiter waiter, Dispatch settled)
    {
        _waiting.Remove(waiter.Seeker);
        Rise(waiter);
        waiter.Finish(settled);
    }

    // It waits in the lines of the servers that it awaits now.
    private void Sit(Waiter waiter)
    {
        var awaited = waiter.Seeker.Awaited;
        for (var at = waiter.Seats.Count - 1; at >= 0; at--)
        {
            var seat = waiter.Seats[at];
            if (!Awaits(awaited, seat.Line))
                Rise(waiter, at);
        }

        foreach (var server in awaited)
        {
            var line = server.Load.Line;
            if (waiter.Seats.Find(seat => seat.Line == line) is { } seat)
            {
                seat.Server = server;
                continue;
            }

            waiter.Seats.Add(line.Join(waiter, server));
            server.Load.Wait(1);
        }
    }

    private static bool Awaits(IReadOnlyList<LlmServer> awaited, ServerLine line)
    {
        for (var i = 0; i < awaited.Count; i++)
        {
            if (awaited[i].Load.Line == line)
                return true;
        }

        return false;
    }

    private void Rise(Waiter waiter)
    {
        while (waiter.Seats.Count > 0)
            Rise(waiter, waiter.Seats.Count - 1);
    }

    private void Rise(Waiter waiter, int at)
    {
        var seat = waiter.Seats[at];
        waiter.Seats.RemoveAt(at);
        seat.Line.Leave(seat);
        seat.Server.Load.Wait(-1);
        if (seat.Line.KeptFor != waiter)
            return;
        seat.Line.KeptFor = null;
        _freed.Enqueue(seat.Line);
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
}
