using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Connector.Tests.Routing;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Scheduling.Fair;

/// <summary>The queue of one server in fake time: requests come when a script says, run for as long as their tokens take, and end.</summary>
internal sealed class QueueSimulation : IAsyncDisposable
{
    /// <summary>What one slot makes, tokens a second.</summary>
    public const double Speed = 100;

    private readonly RoutingStage _stage;
    private readonly PriorityQueue<Func<Task>, (TimeSpan At, int Order)> _events = new();
    private readonly List<(SimulatedRequest Request, Task<Dispatch> Taking)> _pending = [];
    private readonly DateTimeOffset _start;
    private int _order;

    private QueueSimulation(RoutingStage stage) => (_stage, _start) = (stage, stage.Time.GetUtcNow());

    public List<SimulatedRequest> Requests { get; } = [];

    public Dispatcher Queue => _stage.Queue;

    public Connector.Servers.LlmServer Server => _stage["home"];

    public TimeSpan Now => _stage.Time.GetUtcNow() - _start;

    public static async Task<QueueSimulation> Of(int slots, Func<ServerEntry, ServerEntry>? edit = null) =>
        new(await RoutingStage.StartAsync(home => (edit ?? (static entry => entry))(home with { MaxConcurrent = slots, LookPeriod = TimeSpan.FromDays(1) })));

    /// <summary>A request comes now.</summary>
    public SimulatedRequest Ask(SimulatedUser user, int tokens, int estimate)
    {
        var caller = new RosterEntry(user.Name, "key", default, RequestLimits.None) { Weight = user.Weight };
        var request = new SimulatedRequest(user, tokens, Now);
        var choice = new RouteChoice(_stage.Registry, "test-model", RoutingStage.Chat, caller) { Demand = new RouteDemand(static _ => 0, estimate), Class = user.Class };
        request.Seeker = choice;
        Requests.Add(request);
        _pending.Add((request, _stage.Queue.TakeAsync(choice, CancellationToken.None).AsTask()));
        return request;
    }

    /// <summary>The user has so many requests waiting, always.</summary>
    public void KeepWaiting(SimulatedUser user, int count, Func<int> tokens, Func<int, int> estimate)
    {
        user.OnStart = () => One();
        for (var i = 0; i < count; i++)
            At(Now, One);

        void One()
        {
            var size = tokens();
            Ask(user, size, estimate(size));
        }
    }

    /// <summary>Something happens at a time.</summary>
    public void At(TimeSpan at, Action happens) => _events.Enqueue(
        () =>
        {
            happens();
            return Task.CompletedTask;
        },
        (at, _order++));

    public async Task RunUntil(double seconds)
    {
        var end = TimeSpan.FromSeconds(seconds);
        await StartAsync();
        while (_events.TryPeek(out _, out var next) && next.At <= end)
        {
            var happens = _events.Dequeue();
            if (next.At > Now)
                _stage.Time.Advance(next.At - Now);
            await StartAsync();
            await happens();
            await StartAsync();
        }

        _stage.Time.Advance(end - Now);
        await StartAsync();
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    // Whoever does not wait any more has its answer, or will have it in a moment.
    private async Task StartAsync()
    {
        while (_pending.Count > _stage.Queue.Waiting)
        {
            await Task.WhenAny(_pending.Select(static one => one.Taking)).OrHang();
            foreach (var one in _pending.Where(static one => one.Taking.IsCompleted).ToList())
            {
                _pending.Remove(one);
                Start(one.Request, await one.Taking);
            }
        }
    }

    private void Start(SimulatedRequest request, Dispatch dispatch)
    {
        request.Refusal = dispatch.Refusal;
        if (dispatch.Lease is not { } lease)
            return;
        request.Started = Now;
        _events.Enqueue(
            () =>
            {
                request.Ended = Now;
                lease.Settle(new TokenUsage(0, request.Tokens, 0));
                lease.Dispose();
                return Task.CompletedTask;
            },
            (Now + TimeSpan.FromSeconds(request.Tokens / Speed), _order++));
        request.User.OnStart();
    }
}
