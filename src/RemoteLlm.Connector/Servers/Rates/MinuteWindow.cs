namespace RemoteLlm.Connector.Servers.Rates;

/// <summary>
/// How much was taken in the last minute, in slots of a second: constant memory, and what leaves the window does so up to a second late, which costs a sixtieth of the limit. Not thread-safe.
/// </summary>
internal sealed class MinuteWindow
{
    // Of the slot that the minute begins in a part is older than a minute; all of it counts.
    private const int Slots = 61;

    private readonly long[] _taken = new long[Slots];
    private long _newest;
    private long _sum;

    /// <summary>How long until so much fits below a limit. More than the limit fits once nothing else was taken for a minute.</summary>
    /// <param name="now">Since some fixed moment.</param>
    /// <param name="count">How much, 0 or more.</param>
    /// <param name="limit">Above 0.</param>
    public TimeSpan WaitFor(TimeSpan now, long count, long limit)
    {
        Advance(now);
        var excess = count >= limit ? _sum : _sum - (limit - count);
        if (excess <= 0)
            return TimeSpan.Zero;
        for (var slot = _newest - Slots + 1; slot <= _newest; slot++)
        {
            excess -= At(slot);
            if (excess <= 0)
                return TimeSpan.FromSeconds(slot + Slots) - now;
        }

        return TimeSpan.Zero;
    }

    /// <summary>Takes so much now, whether it fits or not. Returns the slot.</summary>
    public long Take(TimeSpan now, long count)
    {
        Advance(now);
        At(_newest) += count;
        _sum += count;
        return _newest;
    }

    /// <summary>Gives back what was taken in a slot and not used; nothing when that is no longer within the minute.</summary>
    public void GiveBack(TimeSpan now, long slot, long count)
    {
        Advance(now);
        if (slot <= _newest - Slots)
            return;
        count = Math.Min(count, At(slot));
        At(slot) -= count;
        _sum -= count;
    }

    private ref long At(long slot) => ref _taken[(slot + Slots) % Slots];

    private void Advance(TimeSpan now)
    {
        var slot = now.Ticks / TimeSpan.TicksPerSecond;
        for (var left = Math.Min(slot - _newest, Slots); left > 0; left--)
        {
            ref var oldest = ref At(slot - left + 1);
            _sum -= oldest;
            oldest = 0;
        }

        _newest = Math.Max(_newest, slot);
    }
}
