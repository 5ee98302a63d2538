namespace RemoteLlm.Connector.Status;

/// <summary>When this connector started.</summary>
internal sealed class ConnectorStart(TimeProvider time)
{
    private readonly long _timestamp = time.GetTimestamp();

    /// <summary>By the wall clock.</summary>
    public DateTimeOffset At { get; } = time.GetUtcNow();

    /// <summary>How long ago, by the monotonic one.</summary>
    public TimeSpan Uptime => time.GetElapsedTime(_timestamp);
}
