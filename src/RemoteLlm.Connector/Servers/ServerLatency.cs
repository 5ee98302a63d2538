namespace RemoteLlm.Connector.Servers;

/// <summary>How long a server takes until the first byte of an answer: a mean in which each request counts for a fifth, so that a day's change of mood is learned in a few requests.</summary>
internal sealed class ServerLatency
{
    private const double Weight = 0.2;

    private readonly Lock _gate = new();
    private double _seconds;

    /// <summary>Seconds; 0 while nothing is known.</summary>
    public double Seconds => Volatile.Read(ref _seconds);

    public void Observe(TimeSpan firstByte)
    {
        lock (_gate)
            Volatile.Write(ref _seconds, _seconds == 0 ? firstByte.TotalSeconds : _seconds + (Weight * (firstByte.TotalSeconds - _seconds)));
    }
}
