namespace RemoteLlm.Broker.Usage.Spending;

/// <summary>Says when another day of UTC has begun by the wall clock, whether it came by itself or the clock was set.</summary>
internal sealed class MidnightWatch : IDisposable
{
    // A timer does not notice that the wall clock was set: this is how long that goes unseen.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly Action _began;
    private readonly ITimer _timer;
    private DateOnly _day;

    /// <summary>Watches from now on.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="began">Another day has begun.</param>
    public MidnightWatch(TimeProvider time, Action began)
    {
        (_time, _began) = (time, began);
        var now = time.GetUtcNow();
        _day = DateOnly.FromDateTime(now.UtcDateTime);
        _timer = time.CreateTimer(static watch => ((MidnightWatch)watch!).Look(), this, Wait(now), Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private static TimeSpan Wait(DateTimeOffset now)
    {
        // Rounded up to what timers know: one that fires before midnight would fire many times.
        var left = TimeSpan.FromMilliseconds(Math.Ceiling((now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime).TotalMilliseconds));
        return left < s_longest ? left : s_longest;
    }

    private void Look()
    {
        var now = _time.GetUtcNow();
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        _timer.Change(Wait(now), Timeout.InfiniteTimeSpan);
        if (day == _day)
            return;
        _day = day;
        _began();
    }
}
