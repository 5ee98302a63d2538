using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Benchmarks.Micro;

/// <summary>The queue of one busy server: 500 requests of 50 users wait for its two slots.</summary>
public class FairQueueBenchmarks
{
    private const int Waiters = 500;
    private const int Users = 50;

    private readonly Dispatcher _dispatcher = new(TimeProvider.System);
    private readonly List<ServerLease> _leases = [];
    private SpendingBook _book = null!;
    private LlmServer _server = null!;
    private TaskCompletionSource<Seeker> _placed = new();
    private long _round = 1_000_000_000;
    private int _next;

    [GlobalSetup]
    public async Task Setup()
    {
        _book = new SpendingBook(null, TimeProvider.System, NullLogger<SpendingBook>.Instance);
        var entry = new ServerEntry { Name = "home", Address = ServerAddress.Parse("http://127.0.0.1:9"), Text = "", Kind = ServerKind.Vllm, MaxConcurrent = 2 };
        _server = new LlmServer(entry, null, _book, TimeProvider.System, NullLoggerFactory.Instance);
        for (var i = 0; i < 2; i++)
            _leases.Add((await _dispatcher.TakeAsync(new Seeker(this, _next++ % Users), CancellationToken.None)).Lease!);
        for (var i = 0; i < Waiters; i++)
            Ask();
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        _dispatcher.Dispose();
        await _server.DisposeAsync();
        _book.Dispose();
    }

    /// <summary>Who is next, alone.</summary>
    [Benchmark]
    public object? Pick() => _server.Load.Line.Next(++_round);

    /// <summary>A request ends and is settled, the next one is picked, charged and woken on another thread, and one more comes to wait.</summary>
    [Benchmark]
    public async Task Release()
    {
        _placed = new TaskCompletionSource<Seeker>();
        var lease = _leases[0];
        _leases.RemoveAt(0);
        lease.Settle(new TokenUsage(2_000, 300, 0));
        lease.Dispose();
        var placed = await _placed.Task;
        _leases.Add((await placed.Taking).Lease!);
        Ask();
    }

    /// <summary>Where everybody stands, made anew.</summary>
    [Benchmark]
    public int Order()
    {
        _server.Load.Line.ForgetOrder();
        return _server.Load.Line.Order.Count;
    }

    private void Ask()
    {
        var seeker = new Seeker(this, _next++ % Users);
        seeker.Taking = _dispatcher.TakeAsync(seeker, CancellationToken.None).AsTask();
    }

    private sealed class Seeker(FairQueueBenchmarks of, int user) : ISlotSeeker
    {
        private static readonly string[] s_names = [.. Enumerable.Range(0, Users).Select(static user => $"user {user}")];

        public Task<Dispatch> Taking { get; set; } = null!;

        public SlotAsker Asker => new(s_names[user], 1, RequestClass.Interactive);

        public IReadOnlyList<LlmServer> Awaited { get; } = [of._server];

        public ServerWork WorkAt(LlmServer server) => new(2_000, 300 + user, 3_000);

        public Placement Place()
        {
            if (of._server.Load.Running >= 2)
                return Placement.Later(null);
            of._placed.TrySetResult(this);
            return Placement.At(new ServerRoute(of._server, "m"));
        }
    }
}
