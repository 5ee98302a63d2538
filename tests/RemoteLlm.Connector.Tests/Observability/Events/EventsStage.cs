using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Connector.Tests.Observability.Events;

/// <summary>Events with observers of the test's choice, without a connector around them.</summary>
internal sealed class EventsStage : IAsyncDisposable
{
    private static readonly ApiEndpoint s_chat = new("chat", Dialect.OpenAi, "/v1/chat/completions");

    private readonly ServiceProvider _services;
    private readonly List<LlmServer> _servers = [];
    private int _requests;

    public EventsStage(params IRelayObserver[] observers)
    {
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(Logs)).AddMetrics().AddSingleton<TimeProvider>(Time).AddSingleton<RelayEvents>();
        foreach (var observer in observers)
            services.AddSingleton(observer);
        _services = services.BuildServiceProvider();
        Events = _services.GetRequiredService<RelayEvents>();
    }

    public ManualTime Time { get; } = new();

    public LogRecorder Logs { get; } = new();

    public RelayEvents Events { get; }

    /// <summary>What the metric says of dropped events, by observer.</summary>
    public IReadOnlyList<(string Observer, long Dropped)> DropsMetered()
    {
        var drops = new List<(string, long)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "remotellm.observer.dropped" && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, dropped, tags, _) => drops.Add(((string)tags[0].Value!, dropped)));
        listener.Start();
        listener.RecordObservableInstruments();
        return drops;
    }

    /// <summary>A request that nobody has been told of.</summary>
    public Exchange Request()
    {
        var id = Interlocked.Increment(ref _requests).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new Exchange(s_chat, $"label-{id}", id, Time.GetTimestamp()) { Status = 200 };
    }

    /// <summary>A server that nobody asks for anything.</summary>
    public LlmServer Server(string name)
    {
        var entry = new ServerEntry { Name = name, Address = ServerAddress.Parse("http://127.0.0.1:9"), Text = "{}" };
        var loggers = _services.GetRequiredService<ILoggerFactory>();
        var server = new LlmServer(entry, null, new SpendingBook(null, Time, loggers.CreateLogger<SpendingBook>()), Time, loggers);
        _servers.Add(server);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        await _services.DisposeAsync();
    }
}

/// <summary>Keeps what it is told, as <c>id kind</c>.</summary>
internal sealed class Recorder(string name = "recorder") : IRelayObserver
{
    private readonly Lock _gate = new();
    private readonly List<RelayEvent> _seen = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];

    public string Name => name;

    public IReadOnlyList<RelayEvent> Seen
    {
        get { lock (_gate) return [.. _seen]; }
    }

    /// <summary>Called before each event is kept.</summary>
    public Action<RelayEvent> Before { get; init; } = _ => { };

    public void Started(RelayEvent started) => Keep(started, RelayEventKind.Started);

    public void Queued(RelayEvent queued) => Keep(queued, RelayEventKind.Queued);

    public void Retried(RelayEvent retried) => Keep(retried, RelayEventKind.Retried);

    public void FirstToken(RelayEvent first) => Keep(first, RelayEventKind.FirstToken);

    public void Completed(RelayEvent completed) => Keep(completed, RelayEventKind.Completed);

    public void Failed(RelayEvent failed) => Keep(failed, RelayEventKind.Failed);

    /// <summary>Completes once that many were kept.</summary>
    public Task Until(int count)
    {
        lock (_gate)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            if (_seen.Count >= count)
                reached.SetResult();
            return reached.Task.OrHang($"{count} events");
        }
    }

    private void Keep(RelayEvent happened, RelayEventKind kind)
    {
        Assert.Equal(kind, happened.Kind);
        Before(happened);
        lock (_gate)
        {
            _seen.Add(happened);
            foreach (var (_, reached) in _waiters.Where(waiter => waiter.Count <= _seen.Count))
                reached.TrySetResult();
        }
    }
}
