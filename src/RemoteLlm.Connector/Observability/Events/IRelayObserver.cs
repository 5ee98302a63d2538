namespace RemoteLlm.Connector.Observability.Events;

/// <summary>
/// Watches requests pass: log, metrics, status, live views. Called on a task of its own, one event at a time and in order; it may be slow or throw, and delays no request by
/// that, but misses events when it falls too far behind (<see cref="ObserverPump.Capacity"/>). Registered with the container as <see cref="IRelayObserver"/>.
/// </summary>
internal interface IRelayObserver
{
    /// <summary>A word for metrics and the log, unique among the observers.</summary>
    string Name { get; }

    /// <summary>See <see cref="RelayEventKind.Started"/>.</summary>
    void Started(RelayEvent started)
    {
        // Of no interest here.
    }

    /// <summary>See <see cref="RelayEventKind.Queued"/>.</summary>
    void Queued(RelayEvent queued)
    {
        // Of no interest here.
    }

    /// <summary>See <see cref="RelayEventKind.Retried"/>: server and failure are those of the try that is over.</summary>
    void Retried(RelayEvent retried)
    {
        // Of no interest here.
    }

    /// <summary>See <see cref="RelayEventKind.FirstToken"/>.</summary>
    void FirstToken(RelayEvent first)
    {
        // Of no interest here.
    }

    /// <summary>See <see cref="RelayEventKind.Completed"/>. Each request ends with this or with <see cref="Failed"/>, once.</summary>
    void Completed(RelayEvent completed)
    {
        // Of no interest here.
    }

    /// <summary>See <see cref="RelayEventKind.Failed"/>.</summary>
    void Failed(RelayEvent failed)
    {
        // Of no interest here.
    }
}
