namespace RemoteLlm.Protocol.Access;

/// <summary>
/// A token bucket as arithmetic over timestamps: no timer, nothing to run. It is kept as a debt in clock ticks (the virtual scheduling form of the generic cell
/// rate algorithm, ITU-T I.371): a token taken adds one interval, a tick that passes pays one back, and more than the burst cannot be owed.
/// In any span of t ticks at most <c>burst + t / interval</c> tokens are taken, and every wait is exact to the tick.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Timestamps are those of <see cref="TimeProvider.GetTimestamp"/>. One that lies before the latest seen (two threads
/// that overtook each other) counts as the latest: it pays nothing back and takes nothing away.
/// </remarks>
public sealed class TokenBucket
{
    private readonly Lock _gate = new();
    private readonly long _frequency;
    private TokenBucketRate _rate;
    private long _debt;
    private long _latest = long.MinValue;

    /// <summary>A full bucket.</summary>
    /// <param name="limits">Rate and burst.</param>
    /// <param name="timestampFrequency">Ticks a second, <see cref="TimeProvider.TimestampFrequency"/>.</param>
    public TokenBucket(RequestLimits limits, long timestampFrequency)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timestampFrequency, 1);
        _frequency = timestampFrequency;
        _rate = TokenBucketRate.From(limits, timestampFrequency);
        Limits = limits;
    }

    /// <summary>The limits in force.</summary>
    public RequestLimits Limits { get; private set; }

    /// <summary>Takes one token if there is one.</summary>
    /// <param name="now">The timestamp of the attempt.</param>
    /// <param name="wait">Ticks from <paramref name="now"/> after which an attempt succeeds if nobody else takes one; 0 when taken.</param>
    public bool TryTake(long now, out long wait)
    {
        lock (_gate)
        {
            return TryTake_NeedsLock(now, out wait);
        }
    }

    /// <summary>Takes one token if there is one, and tells all that the answer's headers need.</summary>
    /// <param name="now">The timestamp of the attempt.</param>
    public TokenBucketDecision Take(long now)
    {
        lock (_gate)
        {
            var allowed = TryTake_NeedsLock(now, out var wait);
            return new TokenBucketDecision(allowed, ToTimeSpan(wait), Remaining_NeedsLock(), ToTimeSpan(_debt));
        }
    }

    /// <summary>How long until there is a token, if nobody takes one meanwhile; zero when there is. Rounded up to 100 ns.</summary>
    public TimeSpan WaitFor(long now)
    {
        lock (_gate)
        {
            Advance_NeedsLock(now);
            return _rate.IsUnlimited ? TimeSpan.Zero : ToTimeSpan(Math.Max(_debt + _rate.Interval - _rate.Capacity, 0));
        }
    }

    /// <summary>Whole tokens that could be taken now; <see cref="int.MaxValue"/> without a limit.</summary>
    public int Remaining(long now)
    {
        lock (_gate)
        {
            Advance_NeedsLock(now);
            return Remaining_NeedsLock();
        }
    }

    /// <summary>How long until the bucket is full again, if nothing is taken. Rounded up to 100 ns.</summary>
    public TimeSpan TimeUntilFull(long now)
    {
        lock (_gate)
        {
            Advance_NeedsLock(now);
            return ToTimeSpan(_debt);
        }
    }

    /// <summary>
    /// Changes the limits of a bucket in use. Tokens taken under the old limits stay taken, up to the new burst; the missing part of a token is kept in
    /// proportion. Under "no limit" nothing is counted, so a limit that comes after it begins with a full bucket.
    /// </summary>
    public void Reconfigure(RequestLimits limits, long now)
    {
        lock (_gate)
        {
            Advance_NeedsLock(now);
            var next = TokenBucketRate.From(limits, _frequency);
            _debt = _rate.IsUnlimited || next.IsUnlimited ? 0 : Rescaled(_debt, _rate.Interval, next);
            _rate = next;
            Limits = limits;
        }
    }

    private static long Rescaled(long debt, long oldInterval, TokenBucketRate next)
    {
        var exact = ((Int128)debt * next.Interval + oldInterval - 1) / oldInterval;
        return (long)Int128.Min(exact, next.Capacity);
    }

    private bool TryTake_NeedsLock(long now, out long wait)
    {
        wait = 0;
        if (_rate.IsUnlimited)
        {
            return true;
        }

        Advance_NeedsLock(now);
        var over = _debt + _rate.Interval - _rate.Capacity;
        if (over > 0)
        {
            wait = over + (_latest - now);
            return false;
        }

        _debt += _rate.Interval;
        return true;
    }

    private void Advance_NeedsLock(long now)
    {
        if (now <= _latest)
        {
            return;
        }

        // Unsigned: the distance between two timestamps can exceed what a signed tick count holds, and at first there is no latest.
        var elapsed = unchecked((ulong)now - (ulong)_latest);
        _debt = elapsed >= (ulong)_debt ? 0 : _debt - (long)elapsed;
        _latest = now;
    }

    private int Remaining_NeedsLock() =>
        _rate.IsUnlimited ? int.MaxValue : (int)Math.Clamp((_rate.Capacity - _debt) / _rate.Interval, 0, int.MaxValue);

    private TimeSpan ToTimeSpan(long ticks)
    {
        var exact = ((Int128)ticks * TimeSpan.TicksPerSecond + _frequency - 1) / _frequency;
        return exact >= TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : new TimeSpan((long)exact);
    }
}
