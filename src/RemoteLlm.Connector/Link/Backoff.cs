namespace RemoteLlm.Connector.Link;

/// <summary>
/// Waits between dials: the first at once, then full jitter over a span that doubles from <see cref="First"/> to <see cref="Longest"/>; back to
/// the start after a spell of health. Full jitter keeps a thousand connectors from dialling a restarted broker in step.
/// </summary>
/// <remarks>
/// While an outage is young the span stays at <see cref="YoungLongest"/>. Doubling alone has reached 6.4 s when a broker that restarts in 5 s is back, and
/// the service would then be away for twice as long as the broker. With it, after any outage of up to 5 s whose dials fail at once, the next dial follows
/// within 1 s (0.3 s in the median), which leaves another second for TLS, session and channels over a line of 100 ms round trip. An older outage is no restart
/// any more: the span doubles on from there.
/// </remarks>
internal sealed class Backoff(TimeProvider time, Random random)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan HealthySpell = TimeSpan.FromSeconds(10);

    /// <summary>How long an outage is young: restarts of up to 5 s, and what a connector needs to notice one.</summary>
    public static readonly TimeSpan Youth = TimeSpan.FromSeconds(7);

    /// <summary>The longest span in a young outage.</summary>
    public static readonly TimeSpan YoungLongest = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After this long the next loss is an outage of its own, and young: a line that drops every few seconds is not left down for 15 s at a time. It is long enough
    /// that a broker which takes connections and drops them at once is left alone more and more.
    /// </summary>
    public static readonly TimeSpan Foothold = TimeSpan.FromSeconds(2);

    private TimeSpan _span;
    private long? _upSince;
    private long? _downSince;

    /// <summary>Failures since the last spell of health.</summary>
    public int Failures { get; private set; }

    /// <summary>The line is up.</summary>
    public void Connected() => _upSince = time.GetTimestamp();

    /// <summary>The line is down, or a dial failed.</summary>
    /// <returns>How long to wait before the next dial.</returns>
    public TimeSpan Failed()
    {
        var now = time.GetTimestamp();
        if (_upSince is { } since)
        {
            var up = time.GetElapsedTime(since, now);
            if (up >= HealthySpell)
                Failures = 0;
            if (up >= Foothold)
                _downSince = null;
        }

        _upSince = null;
        _downSince ??= now;
        Failures++;
        if (Failures == 1)
            return _span = TimeSpan.Zero;
        var longest = time.GetElapsedTime(_downSince.Value, now) < Youth ? YoungLongest : Longest;
        _span = _span == TimeSpan.Zero ? First : _span * 2 < longest ? _span * 2 : longest;
        return _span * random.NextDouble();
    }
}
