namespace RemoteLlm.Connector.Scheduling.Fair;

/// <summary>How fast requests leave one server: what waits are estimated by. A mean in which each request counts for a fifth, as in <see cref="Servers.ServerLatency"/>.</summary>
internal sealed class ServerPace
{
    private const double Weight = 0.2;

    private double? _seconds;

    /// <summary>How long a request occupies a slot; null while none has left.</summary>
    public TimeSpan? Service => _seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>A request has left.</summary>
    /// <param name="service">How long it had its slot.</param>
    public void Observe(TimeSpan service) => _seconds = _seconds is { } mean ? mean + (Weight * (service.TotalSeconds - mean)) : service.TotalSeconds;

    /// <summary>How long until so many have left while all slots are taken: the wait of the one in that place. Null when nothing is known.</summary>
    /// <param name="departures">1 or more.</param>
    /// <param name="slots">1 or more.</param>
    public TimeSpan? After(int departures, int slots) => Service * departures / Math.Max(1, slots);
}
