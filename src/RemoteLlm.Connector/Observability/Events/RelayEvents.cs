using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Relay;

namespace RemoteLlm.Connector.Observability.Events;

/// <summary>
/// Tells every <see cref="IRelayObserver"/> what happens to requests. To publish never waits and never throws; it makes one object, and with no observers none.
/// Disposal lets the observers see what is queued, for <see cref="Patience"/> at most, so that the log has the line of every request.
/// </summary>
internal sealed class RelayEvents : IAsyncDisposable
{
    /// <summary>How long observers have at the end: 2 s, far more than a full queue takes when nothing is wrong.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ObserverPump[] _pumps;
    private readonly TimeProvider _time;

    public RelayEvents(IEnumerable<IRelayObserver> observers, TimeProvider time, IMeterFactory meters, ILogger<RelayEvents> logger)
    {
        _time = time;
        _pumps = [.. observers.Select(observer => new ObserverPump(observer, time, logger))];
        meters.Create(ConnectorMetrics.MeterName).CreateObservableCounter(
            "remotellm.observer.dropped", () => _pumps.Select(pump => new Measurement<long>(pump.Dropped, new KeyValuePair<string, object?>("remotellm.observer", pump.Name))), "{event}",
            "Events of requests that an observer missed because it was too slow");
    }

    /// <summary>Events that observers missed, of all together.</summary>
    public long Dropped => _pumps.Sum(pump => pump.Dropped);

    /// <summary>The request came. Whatever happens to it from now on it tells here.</summary>
    public void Started(Exchange exchange)
    {
        exchange.Events = this;
        Publish(RelayEventKind.Started, exchange);
    }

    /// <summary>It has to wait for a slot.</summary>
    public void Queued(Exchange exchange) => Publish(RelayEventKind.Queued, exchange);

    /// <summary>A server failed it, and another is tried: to be called while <see cref="Exchange.Server"/> and <see cref="Exchange.Failure"/> are those of the first.</summary>
    public void Retried(Exchange exchange) => Publish(RelayEventKind.Retried, exchange);

    /// <summary>The first byte of an answer came.</summary>
    public void FirstToken(Exchange exchange) => Publish(RelayEventKind.FirstToken, exchange);

    /// <summary>It is over, well or not. To be called once, when nothing of it changes any more.</summary>
    public void Finished(Exchange exchange) => Publish(exchange.Defect is null && exchange.ErrorCode is null ? RelayEventKind.Completed : RelayEventKind.Failed, exchange);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await FinishAsync().WaitAsync(Patience, _time);
        }
        catch (TimeoutException)
        {
            // Whoever is stuck misses the rest.
        }

        foreach (var pump in _pumps)
            pump.Stop();
    }

    /// <summary>Takes no more events; completes when the last observer is done with its last one.</summary>
    internal Task FinishAsync() => Task.WhenAll(_pumps.Select(pump => pump.FinishAsync()));

    private void Publish(RelayEventKind kind, Exchange exchange)
    {
        if (_pumps.Length == 0)
            return;
        var happened = exchange.Describe(kind, _time);
        foreach (var pump in _pumps)
            pump.Post(happened);
    }
}
