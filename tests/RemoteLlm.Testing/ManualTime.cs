namespace RemoteLlm.Testing;

/// <summary>
/// A clock that stands still until a test moves it. Timers fire inside <see cref="Advance"/>, on the caller's thread, in the order in which
/// they fall due, and each sees the clock at its own due time.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _armed = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private readonly List<(TimeSpan Wait, TaskCompletionSource Reached)> _waitWaiters = [];
    private DateTimeOffset _wallAtZero;
    private TimeSpan _elapsed;

    /// <summary>A clock that starts at 2025-11-30T10:00:00Z, or at the given moment.</summary>
    public ManualTime(DateTimeOffset? start = null) =>
        _wallAtZero = start ?? new DateTimeOffset(2025, 11, 30, 10, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Timers that will fire if the clock is advanced far enough.</summary>
    public int ArmedTimers
    {
        get { lock (_gate) return _armed.Count; }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _wallAtZero + _elapsed;
    }

    public override long GetTimestamp()
    {
        lock (_gate) return _elapsed.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves both clocks on and fires what falls due, repeatedly for periodic timers.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan end;
        lock (_gate) end = _elapsed + by;
        while (TakeDue(end) is { } timer) timer.Fire();
    }

    /// <summary>
    /// From here on it goes by itself, a second each second, until the answer is disposed of: for the end of a test, when what stops may wait for its peers by this clock and nobody moves it any more.
    /// </summary>
    public IDisposable GoOn()
    {
        var second = TimeSpan.FromSeconds(1);
        return new Timer(static time => ((ManualTime)time!).Advance(TimeSpan.FromSeconds(1)), this, second, second);
    }

    /// <summary>Moves the wall clock alone, as a correction by NTP or a person does. Timers and timestamps do not notice.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_gate) _wallAtZero += by;
    }

    /// <summary>Completes once at least <paramref name="count"/> timers are armed: the gate before <see cref="Advance"/> when other threads arm them.</summary>
    public Task UntilArmed(int count = 1)
    {
        lock (_gate)
        {
            if (_armed.Count >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task.OrHang();
        }
    }

    /// <summary>
    /// Completes once a timer is armed that was set, as the clock stands now, to exactly this wait: the gate before <see cref="Advance"/> where other timers come and go meanwhile.
    /// </summary>
    public Task UntilArmedFor(TimeSpan wait)
    {
        lock (_gate)
        {
            if (_armed.Exists(timer => timer.Wait == wait && timer.DueAt == _elapsed + wait)) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waitWaiters.Add((wait, reached));
            return reached.Task.OrHang();
        }
    }

    internal void Arm(ManualTimer timer, TimeSpan dueIn)
    {
        lock (_gate)
        {
            (timer.DueAt, timer.Wait) = (_elapsed + dueIn, dueIn);
            if (!_armed.Contains(timer)) _armed.Add(timer);
            foreach (var (count, reached) in _waiters)
            {
                if (_armed.Count >= count) reached.TrySetResult();
            }

            _waiters.RemoveAll(waiter => waiter.Reached.Task.IsCompleted);
            foreach (var (_, reached) in _waitWaiters.Where(waiter => waiter.Wait == dueIn)) reached.TrySetResult();
            _waitWaiters.RemoveAll(waiter => waiter.Reached.Task.IsCompleted);
        }
    }

    internal bool Disarm(ManualTimer timer)
    {
        lock (_gate) return _armed.Remove(timer);
    }

    private ManualTimer? TakeDue(TimeSpan end)
    {
        lock (_gate)
        {
            var next = _armed.MinBy(timer => timer.DueAt);
            if (next is null || next.DueAt > end)
            {
                // Another may have moved it further meanwhile.
                if (end > _elapsed) _elapsed = end;
                return null;
            }

            if (next.DueAt > _elapsed) _elapsed = next.DueAt;
            if (next.Period > TimeSpan.Zero) next.DueAt += next.Period;
            else _armed.Remove(next);
            return next;
        }
    }
}
