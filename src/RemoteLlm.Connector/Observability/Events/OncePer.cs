namespace RemoteLlm.Connector.Observability.Events;

/// <summary>Lets through one in a span of time, the first at once. For log lines about trouble that would repeat with every request. Thread-safe.</summary>
internal sealed class OncePer(TimeSpan span, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long? _last;

    /// <summary>True for whoever comes first in a span.</summary>
    public bool IsDue()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_last is { } last && time.GetElapsedTime(last, now) < span)
                return false;
            _last = now;
            return true;
        }
    }
}
