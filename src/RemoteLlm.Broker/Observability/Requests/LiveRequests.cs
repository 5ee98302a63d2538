using System.Collections.Concurrent;
using RemoteLlm.Broker.Api;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Observability.Requests;

/// <summary>The requests that run, and the latest that are over, for operators: who, what model, where, how long; in memory alone. It costs a few steps a request and none a token.</summary>
internal sealed class LiveRequests
{
    /// <summary>Requests that are over and still known: some hundred bytes each.</summary>
    public const int Kept = 500;

    private readonly ConcurrentDictionary<string, Exchange> _running = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Queue<FinishedRequest> _finished = new(Kept);
    private readonly SessionRegistry _sessions;
    private readonly CancelledRequests _cancelled;
    private readonly TimeProvider _time;
    private readonly Action _onBegun;

    public LiveRequests(SessionRegistry sessions, CancelledRequests cancelled, TimeProvider time) => (_sessions, _cancelled, _time, _onBegun) = (sessions, cancelled, time, () => Changed?.Invoke());

    /// <summary>A request has begun, got its first byte, or is over. Must return at once.</summary>
    public event Action? Changed;

    /// <summary>Those that run, the newest first.</summary>
    public IReadOnlyList<RunningRequest> Running => [.. _running.Values.Select(Describe).OrderByDescending(static one => one.StartedAt)];

    /// <summary>Those that are over, the newest first.</summary>
    public IReadOnlyList<FinishedRequest> Finished
    {
        get
        {
            lock (_gate)
                return [.. _finished.Reverse()];
        }
    }

    /// <summary>A request whose key is good begins its work.</summary>
    public void Begin(Exchange exchange)
    {
        exchange.Begun = _onBegun;
        _running[exchange.BillingId] = exchange;
        Changed?.Invoke();
    }

    /// <summary>A request is over. One of nobody known is not kept: whoever sends junk would push out what operators look for.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="total">From its arrival to its end.</param>
    /// <param name="firstByte">From its arrival to the first byte of its answer.</param>
    /// <param name="error">What went wrong, as a code.</param>
    public void Finish(Exchange exchange, TimeSpan total, TimeSpan? firstByte, string? error)
    {
        if (exchange.Key is not { } key)
            return;
        var finished = new FinishedRequest(
            exchange.BillingId, exchange.Label, exchange.Endpoint.Operation, _time.GetUtcNow() - total, key.User, key.Name, exchange.Model, exchange.Connector, exchange.Server,
            exchange.Status, error, firstByte, total, exchange.Usage.PromptTokens, exchange.Usage.CompletionTokens);
        lock (_gate)
        {
            if (_finished.Count == Kept)
                _finished.Dequeue();
            _finished.Enqueue(finished);
        }

        _running.TryRemove(exchange.BillingId, out _);
        Changed?.Invoke();
    }

    /// <summary>Ends a request: its client is told so, and the LLM server is let go.</summary>
    /// <param name="id">The broker's own id of it.</param>
    /// <returns>The request; null when it is over already, or never was.</returns>
    public RunningRequest? Cancel(string id)
    {
        if (!_running.TryGetValue(id, out var exchange))
            return null;
        // First: the record of it may come as soon as it has ended.
        _cancelled.Note(id);
        exchange.Cancel();
        Changed?.Invoke();
        return Describe(exchange);
    }

    // Read beside the thread that writes: a figure may be a moment old.
    private RunningRequest Describe(Exchange exchange)
    {
        var running = _time.GetElapsedTime(exchange.Started);
        TimeSpan? first = exchange.FirstByte is { } at && at >= exchange.Started ? _time.GetElapsedTime(exchange.Started, at) : null;
        return new RunningRequest(
            exchange.BillingId, exchange.Label, exchange.Endpoint.Operation, _time.GetUtcNow() - running, exchange.Key!.User, exchange.Key.Name, exchange.Model, exchange.Connector, exchange.Server,
            first is null ? QueueOf(exchange) : null, first, running, exchange.Bytes, exchange.IsCancelled);
    }

    private WaitingRequest? QueueOf(Exchange exchange)
    {
        if (exchange.Connector is not { } connector || exchange.Attempts < 1)
            return null;
        var id = AttemptId.Of(exchange.BillingId, exchange.Attempts);
        foreach (var session in _sessions.Of(connector))
        {
            if (session.Status?.Find(id) is { } waiting)
                return waiting;
        }

        return null;
    }
}
