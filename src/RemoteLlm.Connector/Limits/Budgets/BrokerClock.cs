namespace RemoteLlm.Connector.Limits.Budgets;

/// <summary>The broker's clock as of its last message, moved on by the monotonic one: a connector's own may be set wrong. Before the first message its own.</summary>
internal sealed class BrokerClock(TimeProvider time)
{
    private sealed record Reading(DateTimeOffset Broker, long At);

    private Reading? _last;

    public DateTimeOffset Now => Volatile.Read(ref _last) is { } last ? last.Broker + time.GetElapsedTime(last.At) : time.GetUtcNow();

    public void Set(DateTimeOffset broker) => Volatile.Write(ref _last, new Reading(broker, time.GetTimestamp()));
}
