using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Connector.Observability.Events;

/// <summary>
/// The queue of one observer and the task that drains it. Whoever publishes never waits: what finds the queue full is dropped and counted.
/// </summary>
internal sealed partial class ObserverPump
{
    /// <summary>Events that may wait: 4,096 are some 800 requests, and at 0.4 KB an event 1.6 MB.</summary>
    public const int Capacity = 4096;

    /// <summary>Between two lines in the log about the same trouble.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly IRelayObserver _observer;
    private readonly ILogger _logger;
    private readonly Channel<RelayEvent> _queue = Channel.CreateBounded<RelayEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Task _draining;
    private readonly OncePer _dropTold;
    private readonly OncePer _faultTold;
    private long _dropped;
    private volatile bool _finishing;
    private volatile bool _stopped;

    public ObserverPump(IRelayObserver observer, TimeProvider time, ILogger logger)
    {
        (_observer, _logger) = (observer, logger);
        (_dropTold, _faultTold) = (new OncePer(Quiet, time), new OncePer(Quiet, time));
        _draining = Task.Run(DrainAsync);
    }

    /// <summary>The observer's name.</summary>
    public string Name => _observer.Name;

    /// <summary>Events that found the queue full.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Hands an event over, at once.</summary>
    public void Post(RelayEvent happened)
    {
        // What comes after the end is late, not dropped.
        if (_queue.Writer.TryWrite(happened) || _finishing)
            return;
        var dropped = Interlocked.Increment(ref _dropped);
        if (!_dropTold.IsDue())
            return;
        try
        {
            EventsDropped(_logger, Name, dropped);
        }
        catch (AggregateException)
        {
            // So a logger says that it cannot write. It is no trouble of the request.
        }
    }

    /// <summary>Takes no more events; completes when the observer has seen those that wait.</summary>
    public Task FinishAsync()
    {
        _finishing = true;
        _queue.Writer.TryComplete();
        return _draining;
    }

    /// <summary>The observer gets nothing from now on, except that it may be in the middle of an event.</summary>
    public void Stop() => _stopped = true;

    private async Task DrainAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (_queue.Reader.TryRead(out var happened))
            {
                if (_stopped)
                    return;
                Deliver(happened);
            }
        }
    }

    private void Deliver(RelayEvent happened)
    {
        try
        {
            Tell(happened);
        }
        catch (Exception exception)
        {
            Report(exception, happened.Kind);
        }
    }

    private void Report(Exception exception, RelayEventKind kind)
    {
        if (!_faultTold.IsDue())
            return;
        try
        {
            ObserverFailed(_logger, exception, Name, kind);
        }
        catch (AggregateException)
        {
            // The observer may be the log itself.
        }
    }

    private void Tell(RelayEvent happened)
    {
        switch (happened.Kind)
        {
            case RelayEventKind.Started: _observer.Started(happened); break;
            case RelayEventKind.Queued: _observer.Queued(happened); break;
            case RelayEventKind.Retried: _observer.Retried(happened); break;
            case RelayEventKind.FirstToken: _observer.FirstToken(happened); break;
            case RelayEventKind.Completed: _observer.Completed(happened); break;
            default: _observer.Failed(happened); break;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Observer is too slow; events are dropped {Observer} {Dropped}")]
    private static partial void EventsDropped(ILogger logger, string observer, long dropped);

    [LoggerMessage(2, LogLevel.Error, "Observer failed; it goes on with the next event {Observer} {Event}")]
    private static partial void ObserverFailed(ILogger logger, Exception exception, string observer, RelayEventKind @event);
}
