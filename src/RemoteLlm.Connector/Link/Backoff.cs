namespace RemoteLlm.Connector.Link;

/// <summary>
/// Waits between dials: the first at once, then full jitter over a span that doubles from <see cref="First"/> to <see cref="Longest"/>; back to
/// the start after a spell of health. Full jitter keeps a thousand connectors from dialling a restarted broker in step.
/// </summary>
internal sealed class Backoff(TimeProvider time, Random random)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan HealthySpell = TimeSpan.FromSeconds(10);

    private int _failures;
    private long? _healthySince;

    /// <summary>Failures in a row.</summary>
    public int Failures => _failures;

    /// <summary>The line is up.</summary>
    public void Connected() => _healthySince = time.GetTimestamp();

    /// <summary>The line is down, or a dial failed.</summary>
    /// <returns>How long to wait before the next dial.</returns>
    public TimeSpan Failed()
    {
        if (_healthySince is { } since && time.GetElapsedTime(since) >= HealthySpell)
            _failures = 0;
        _healthySince = null;
        _failures++;
        if (_failures == 1)
            return TimeSpan.Zero;
        var span = Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Min(_failures - 2, 20)));
        return TimeSpan.FromMilliseconds(random.NextDouble() * span);
    }
}
