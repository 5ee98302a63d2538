using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Connector.Limits;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Benchmarks.Micro;

/// <summary>What a connector does for a request before it works for it, and after: a thousand users with limits on everything, one after the other.</summary>
public class AdmissionBenchmarks
{
    private const int Users = 1000;

    private static readonly RequestLimits s_limits = new(1e9, 1_000_000) { TokensPerMinute = 1_000_000_000, ConcurrentRequests = 8 };
    private static readonly Budget s_budget = new(long.MaxValue / 4, long.MaxValue / 4, 1e15m, 1e15m);
    private static readonly TokenNeed s_need = new(500, 550, 300, IsLimit: true, Cost: 0.001m);

    private readonly Dispatcher _dispatcher = new(TimeProvider.System);
    private readonly HttpRequest[] _requests = new HttpRequest[Users];
    private readonly Seeker[] _seekers = new Seeker[Users];
    private CredentialCheck _check = null!;
    private UserAccounts _accounts = null!;
    private SpendingBook _book = null!;
    private LlmServer _server = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        var entries = new RosterEntry[Users];
        for (var i = 0; i < Users; i++)
        {
            var credential = DerivedCredential.Derive(ApiKey.Hash(ApiKey.Generate()), "gpu-box");
            entries[i] = new RosterEntry($"user-{i}", "laptop", DerivedCredential.Fingerprint(credential), s_limits) { Budget = s_budget };
            _requests[i] = new DefaultHttpContext().Request;
            _requests[i].Headers[TunnelHeaders.Credential] = DerivedCredential.Format(credential);
            _seekers[i] = new Seeker(this, entries[i]);
        }

        var roster = new RosterHolder(TimeProvider.System);
        _check = new CredentialCheck(roster, new LocalAccess([], TimeProvider.System));
        _accounts = new UserAccounts(roster, TimeProvider.System);
        roster.Apply(new Roster(1, entries).ToPush());
        _book = new SpendingBook(null, TimeProvider.System, NullLogger<SpendingBook>.Instance);
        var entry = new ServerEntry { Name = "home", Address = ServerAddress.Parse("http://127.0.0.1:9"), Text = "", Kind = ServerKind.Vllm, MaxConcurrent = 2 };
        _server = new LlmServer(entry, null, _book, TimeProvider.System, NullLoggerFactory.Instance);
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        _dispatcher.Dispose();
        await _server.DisposeAsync();
        _book.Dispose();
    }

    /// <summary>Key check, reservation, lease, settlement.</summary>
    [Benchmark]
    public async Task Whole()
    {
        var user = _next++ % Users;
        var (entry, _) = await _check.CheckAsync(_requests[user], CancellationToken.None);
        var account = _accounts.Of(entry!);
        using var admission = account.Enter(entry!, out _, out _)!;
        if (account.Reserve(admission, entry!, s_need, out _) is not null)
            throw new InvalidOperationException("It was refused.");
        using var lease = (await _dispatcher.TakeAsync(_seekers[user], CancellationToken.None)).Lease!;
        lease.Settle(new TokenUsage(500, 200, 0));
        admission.Settle(700, 0.0005m, goesToLedger: false);
    }

    /// <summary>Reservation and settlement alone.</summary>
    [Benchmark]
    public void Reserve()
    {
        var entry = _seekers[_next++ % Users].Entry;
        var account = _accounts.Of(entry);
        using var admission = account.Enter(entry, out _, out _)!;
        account.Reserve(admission, entry, s_need, out _);
        admission.Settle(700, 0.0005m, goesToLedger: false);
    }

    /// <summary>The key check alone.</summary>
    [Benchmark]
    public async Task<bool> Check() => (await _check.CheckAsync(_requests[_next++ % Users], CancellationToken.None)).Error is null;

    /// <summary>A lease that is free, and its settlement, alone.</summary>
    [Benchmark]
    public async Task Lease()
    {
        using var lease = (await _dispatcher.TakeAsync(_seekers[_next++ % Users], CancellationToken.None)).Lease!;
        lease.Settle(new TokenUsage(500, 200, 0));
    }

    private sealed class Seeker(AdmissionBenchmarks of, RosterEntry entry) : ISlotSeeker
    {
        private LlmServer[]? _awaited;

        public RosterEntry Entry => entry;

        public SlotAsker Asker => new(entry.User, 1, RequestClass.Interactive);

        public IReadOnlyList<LlmServer> Awaited => _awaited ??= [of._server];

        public ServerWork WorkAt(LlmServer server) => new(500, 300, 800);

        public Placement Place() => Placement.At(new ServerRoute(of._server, "m"));
    }
}
