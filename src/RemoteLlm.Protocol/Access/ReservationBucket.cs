namespace RemoteLlm.Protocol.Access;

/// <summary>
/// A token bucket from which an estimate is taken before the work and corrected to the real figure after it. Kept as a debt in clock ticks, like <see cref="TokenBucket"/>, and exact for
/// corrections too: what is given back leaves the bucket as if no more than the real figure had ever been taken. In any span of t ticks those that were admitted in it hold, reserved or settled,
/// at most <c>burst + t / interval</c>; what one uses beyond its reservation is owed, and paid before the next admission.
/// </summary>
/// <remarks>
/// The debt is a path that time moves down and admissions move up, reflected at zero. Had a reservation been smaller by f, the path from there on would lie lower by f, or by the lowest point that it
/// has come to since, if that is less: below zero there is nothing, and what time would have paid off in vain is lost (Skorokhod's reflection map). So each open reservation keeps the lowest
/// point between its own beginning and the next one's, and a settlement costs a step for every reservation that was opened later and is still open.
/// Not safe for concurrent use: its owner has a lock that covers more than this. Timestamps are those of <see cref="TimeProvider.GetTimestamp"/>; one before the latest seen counts as that.
/// </remarks>
public sealed class ReservationBucket
{
    private readonly long _frequency;
    private TokenBucketRate _rate;
    private BucketReservation? _oldest;
    private BucketReservation? _newest;
    private long _debt;
    private long _latest = long.MinValue;

    /// <summary>A full bucket.</summary>
    /// <param name="perMinute">The steady rate, 0 = no limit.</param>
    /// <param name="burst">How much may be taken at once after a rest, 1 or more.</param>
    /// <param name="timestampFrequency">Ticks a second, <see cref="TimeProvider.TimestampFrequency"/>.</param>
    public ReservationBucket(double perMinute, long burst, long timestampFrequency)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timestampFrequency, 1);
        _frequency = timestampFrequency;
        _rate = TokenBucketRate.From(perMinute, burst, timestampFrequency);
    }

    /// <summary>Whether there is a limit.</summary>
    public bool IsLimited => !_rate.IsUnlimited;

    /// <summary>More than this is never there at once; <see cref="long.MaxValue"/> without a limit.</summary>
    public long Burst => _rate.IsUnlimited ? long.MaxValue : _rate.Capacity / _rate.Interval;

    /// <summary>Whole tokens that could be taken now; <see cref="long.MaxValue"/> without a limit.</summary>
    public long Remaining(long now)
    {
        Advance(now);
        return _rate.IsUnlimited ? long.MaxValue : Math.Max((_rate.Capacity - _debt) / _rate.Interval, 0);
    }

    /// <summary>How long until the bucket is full again, if nothing else is taken. Rounded up to 100 ns.</summary>
    public TimeSpan UntilFull(long now)
    {
        Advance(now);
        return ToTimeSpan(_debt);
    }

    /// <summary>How long until so many are there, if nothing is taken or given back meanwhile; zero when they are. Rounded up to 100 ns.</summary>
    /// <param name="now">The timestamp.</param>
    /// <param name="count">0 to <see cref="Burst"/>.</param>
    public TimeSpan WaitFor(long now, long count)
    {
        if (_rate.IsUnlimited)
            return TimeSpan.Zero;
        Advance(now);
        return ToTimeSpan(Math.Max(_debt + Ticks(count) - _rate.Capacity, 0));
    }

    /// <summary>Takes them, whether they are there or not: to be asked before (<see cref="WaitFor"/>).</summary>
    /// <returns>To be settled once; null without a limit.</returns>
    public BucketReservation? Take(long now, long count)
    {
        if (_rate.IsUnlimited)
            return null;
        Advance(now);
        _debt = Sum(_debt, Ticks(count));
        var taken = new BucketReservation(count, _debt) { Older = _newest };
        if (_newest is null)
            _oldest = taken;
        else
            _newest.Newer = taken;
        _newest = taken;
        return taken;
    }

    /// <summary>Corrects what was taken to what was really used.</summary>
    /// <param name="now">The timestamp.</param>
    /// <param name="taken">What <see cref="Take"/> gave. A second time, or after a limit was lifted meanwhile, nothing happens.</param>
    /// <param name="used">What was used, 0 or more.</param>
    public void Settle(long now, BucketReservation taken, long used)
    {
        if (!taken.IsOpen)
            return;
        Advance(now);
        if (used > taken.Count)
            _debt = Sum(_debt, Ticks(used - taken.Count));
        else
            GiveBack(taken, Ticks(taken.Count - used));
        Remove(taken);
    }

    /// <summary>
    /// Changes the limits of a bucket in use. What was taken under the old limits stays taken, up to the new burst. Under "no limit" nothing is counted, so a limit that comes after it begins with a
    /// full bucket.
    /// </summary>
    public void Reconfigure(double perMinute, long burst, long now)
    {
        var next = TokenBucketRate.From(perMinute, burst, _frequency);
        if (next == _rate)
            return;
        Advance(now);
        if (_rate.IsUnlimited || next.IsUnlimited)
        {
            while (_newest is { } open)
                Remove(open);
            _debt = 0;
        }
        else
        {
            _debt = Math.Min(Rescaled(_debt, next), next.Capacity);
            for (var open = _oldest; open is not null; open = open.Newer)
                open.Floor = Math.Min(Rescaled(open.Floor, next), _debt);
        }

        _rate = next;
    }

    private void GiveBack(BucketReservation taken, long ticks)
    {
        var lowest = long.MaxValue;
        for (var open = taken; open is not null; open = open.Newer)
            lowest = Math.Min(lowest, open.Floor);
        var back = Math.Min(ticks, lowest);
        for (var open = taken; open is not null; open = open.Newer)
            open.Floor -= back;
        _debt -= back;
    }

    private void Remove(BucketReservation taken)
    {
        if (taken.Older is { } older)
        {
            older.Floor = Math.Min(older.Floor, taken.Floor);
            older.Newer = taken.Newer;
        }
        else
        {
            _oldest = taken.Newer;
        }

        if (taken.Newer is { } newer)
            newer.Older = taken.Older;
        else
            _newest = taken.Older;
        (taken.Older, taken.Newer, taken.IsOpen) = (null, null, false);
    }

    private void Advance(long now)
    {
        if (now <= _latest)
            return;
        // Unsigned: the distance between two timestamps can exceed what a signed tick count holds, and at first there is no latest.
        var elapsed = unchecked((ulong)now - (ulong)_latest);
        _debt = elapsed >= (ulong)_debt ? 0 : _debt - (long)elapsed;
        _latest = now;
        if (_newest is not null && _debt < _newest.Floor)
            _newest.Floor = _debt;
    }

    private long Ticks(long count) => (long)Int128.Min((Int128)Math.Max(count, 0) * _rate.Interval, TokenBucketRate.MaxTicks);

    private long Rescaled(long ticks, TokenBucketRate next) =>
        (long)Int128.Min((((Int128)ticks * next.Interval) + _rate.Interval - 1) / _rate.Interval, TokenBucketRate.MaxTicks);

    private static long Sum(long debt, long ticks) => (long)Int128.Min((Int128)debt + ticks, long.MaxValue / 2);

    private TimeSpan ToTimeSpan(long ticks)
    {
        var exact = (((Int128)ticks * TimeSpan.TicksPerSecond) + _frequency - 1) / _frequency;
        return exact >= TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : new TimeSpan((long)exact);
    }
}

/// <summary>What was taken from a <see cref="ReservationBucket"/> and is not settled.</summary>
public sealed class BucketReservation
{
    internal BucketReservation(long count, long floor) => (Count, Floor) = (count, floor);

    /// <summary>How many were taken.</summary>
    public long Count { get; }

    /// <summary>The lowest debt from its beginning until that of <see cref="Newer"/>, or until now.</summary>
    internal long Floor { get; set; }

    internal bool IsOpen { get; set; } = true;

    internal BucketReservation? Older { get; set; }

    internal BucketReservation? Newer { get; set; }
}
