using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Broker.Usage.Spending;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Benchmarks.Ledger;

/// <summary>A broker's ledger without the broker, whose synchronisations are counted.</summary>
internal sealed class MeasuredLedger : IAsyncDisposable
{
    private const string Connector = "gpu-box";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CountingFiles _files = new();
    private readonly BillingProofs _proofs;
    private readonly UsageLedger _ledger;

    private MeasuredLedger(string folder)
    {
        _proofs = new BillingProofs(folder);
        var users = new AccessFiles(new AccessFilesOptions(folder, RequestLimits.Default, []), TimeProvider.System, NullLogger<AccessFiles>.Instance);
        var metrics = new LedgerMetrics(_services.GetRequiredService<IMeterFactory>());
        _ledger = new UsageLedger(
            new LedgerOptions(folder) { Files = _files }, _proofs, new UserBudgets(users, _ => Budget.None), new UsageTotals(), History, new CancelledRequests(), metrics, TimeProvider.System, NullLogger<UsageLedger>.Instance);
    }

    /// <summary>What it fills beside the sums of budgets.</summary>
    public UsageHistory History { get; } = new(TimeProvider.System);

    /// <summary>Synchronisations so far.</summary>
    public int Flushes => _files.Flushes;

    /// <summary>Opens the ledger of a folder.</summary>
    public static async Task<MeasuredLedger> In(string folder)
    {
        var ledger = new MeasuredLedger(folder);
        await ledger._ledger.StartAsync(CancellationToken.None);
        return ledger;
    }

    /// <summary>A record as a connector sends it.</summary>
    public UsageRecord NewRecord()
    {
        var id = $"req_{Guid.CreateVersion7():N}";
        return new UsageRecord(id, "alice", "laptop", "chat", "llama3.2:3b")
        {
            Proof = _proofs.Of(id, Connector, "alice"), Server = "ollama", ServedModel = "llama3.2:3b", Status = 200, PromptTokens = 1234, CompletionTokens = 321, Cost = 0.0123m, DurationMs = 4321,
        };
    }

    /// <summary>Brings a batch; returns when it is acknowledged.</summary>
    public async Task Settle(UsageBatch batch)
    {
        if ((await _ledger.SettleAsync(Connector, batch)).Refused is [var refused, ..])
            throw new BenchmarkException(refused.Reason);
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        await _services.DisposeAsync();
    }

    private sealed class CountingFiles : ILedgerFiles
    {
        private readonly DiskLedgerFiles _disk = new();

        public int Flushes { get; private set; }

        public ILedgerFile Open(string path) => new Counting(this, _disk.Open(path));

        private sealed class Counting(CountingFiles files, ILedgerFile file) : ILedgerFile
        {
            public long Length => file.Length;

            public bool IsStill(long length) => file.IsStill(length);

            public int Read(Span<byte> bytes, long at) => file.Read(bytes, at);

            public void Write(ReadOnlySpan<byte> bytes, long at) => file.Write(bytes, at);

            public void Flush()
            {
                files.Flushes++;
                file.Flush();
            }

            public void Cut(long length) => file.Cut(length);

            public void Dispose() => file.Dispose();
        }
    }
}
