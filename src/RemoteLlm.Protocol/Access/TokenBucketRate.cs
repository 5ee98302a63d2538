namespace RemoteLlm.Protocol.Access;

/// <summary>
/// Limits in whole clock ticks: <paramref name="Interval"/> ticks bring one token, and <paramref name="Capacity"/> ticks of debt are as much as the burst.
/// </summary>
/// <remarks>
/// The interval is rounded up, so that the rate is never exceeded; at a nanosecond clock that is an error below one in a million up to 60,000 a minute.
/// Where burst times interval would not fit into 62 bits (a burst of 53,000 at one request a day), the burst is lowered.
/// </remarks>
internal readonly record struct TokenBucketRate(long Interval, long Capacity)
{
    public const long MaxTicks = long.MaxValue / 4;

    public bool IsUnlimited => Interval == 0;

    public static TokenBucketRate From(RequestLimits limits, long timestampFrequency) => From(limits.RequestsPerMinute, limits.Burst, timestampFrequency);

    public static TokenBucketRate From(double perMinute, long burst, long timestampFrequency)
    {
        if (perMinute <= 0)
        {
            return default;
        }

        var exact = Math.Ceiling(60.0 * timestampFrequency / perMinute);
        var interval = exact >= MaxTicks ? MaxTicks : Math.Max(1, (long)exact);
        return new TokenBucketRate(interval, interval * Math.Min(burst, MaxTicks / interval));
    }
}
