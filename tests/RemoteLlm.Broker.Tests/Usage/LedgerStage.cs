using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Broker.Usage.Spending;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Broker.Tests.Usage;

/// <summary>A ledger in a folder of its own, which can be closed and opened again. Alice and bob have budgets, carol has none.</summary>
internal sealed class LedgerStage : IAsyncDisposable
{
    public const string Connector = "home";

    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ILoggerFactory _loggers;
    private readonly AccessFiles _users;
    private readonly ILedgerFiles? _files;

    public LedgerStage(DateTimeOffset? now = null, ILedgerFiles? files = null)
    {
        (Time, _files) = (new ManualTime(now), files);
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Logs));
        WriteUsers("alice", "bob", "carol");
        _users = new AccessFiles(new AccessFilesOptions(_folder.Path, RequestLimits.Default, []), Time, _loggers.CreateLogger<AccessFiles>());
        Assert.Null(_users.Load());
        Proofs = new BillingProofs(_folder.Path);
    }

    public ManualTime Time { get; }

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public LogRecorder Logs { get; } = new();

    public string Data => _folder.Path;

    public string Folder => UsageFolder.In(_folder.Path);

    public BillingProofs Proofs { get; }

    public Dictionary<string, Budget> Budgets { get; } = new() { ["alice"] = new(1000, 5000, 1, 5), ["bob"] = new(100, 0, 0, 0) };

    public UsageLedger Ledger { get; private set; } = null!;

    public UserBudgets UserBudgets { get; private set; } = null!;

    public UsageTotals Totals { get; private set; } = null!;

    public UsageHistory History { get; private set; } = null!;

    public CancelledRequests Cancelled { get; } = new();

    public BudgetGate Gate => new(UserBudgets, Totals, Time);

    public async Task<UsageLedger> Open()
    {
        var starts = new EntryStarts(_users, Time);
        Totals = new UsageTotals(starts.Of);
        History = new UsageHistory(Time, starts: starts.Of);
        UserBudgets = new UserBudgets(_users, BudgetOf);
        var options = new LedgerOptions(_folder.Path);
        options = _files is null ? options : options with { Files = _files };
        Ledger = new UsageLedger(options, Proofs, UserBudgets, Totals, History, Cancelled, new LedgerMetrics(Meters), Time, _loggers.CreateLogger<UsageLedger>());
        await Ledger.StartAsync(TestContext.Current.CancellationToken);
        return Ledger;
    }

    public async Task<UsageLedger> Reopen()
    {
        await Ledger.DisposeAsync();
        UserBudgets.Dispose();
        return await Open();
    }

    public void WriteUsers(params string[] names) =>
        WriteUsersText("users:\n" + string.Concat(names.Select(name => $"  - gitlab_username: {name}\n    api_key: sk-{name}-{new string('x', 32)}\n")));

    public void WriteUsersText(string text) => _folder.Write("users.yaml", text);

    public UserDirectory Users => _users.Users;

    public KeyHistory Keys => new(History, Proofs, _users);

    public Task WatchUsers() => _users.StartAsync(TestContext.Current.CancellationToken);

    public Task RefreshUsers() => _users.Refresh(TestContext.Current.CancellationToken);

    /// <summary>A record as a connector sends it, with the proof that it got.</summary>
    public UsageRecord Record(string user = "alice", long prompt = 10, long completion = 5, decimal? cost = null, DateTimeOffset? at = null, string? id = null)
    {
        id ??= NewId(at ?? Time.GetUtcNow());
        return Proven(new UsageRecord(id, user, "laptop", "chat", "llama3.2") { Status = 200, PromptTokens = prompt, CompletionTokens = completion, Cost = cost, DurationMs = 1234 });
    }

    public UsageRecord Proven(UsageRecord record, string connector = Connector) => record with { Proof = Proofs.Of(record.Id, connector, record.User) };

    public Task<UsageReceipt> Settle(params UsageRecord[] records) => Ledger.SettleAsync(Connector, new UsageBatch(records)).OrHang();

    public UserSpending Spent(string user) => Assert.Single(Ledger.SpendingOf(new HashSet<string> { user }).Users);

    public string[] Lines(string month = "2025-11") => File.Exists(PathOf(month)) ? File.ReadAllLines(PathOf(month)) : [];

    public string PathOf(string month) => Path.Combine(Folder, month + ".jsonl");

    public static string NewId(DateTimeOffset at) => $"req_{Guid.CreateVersion7(at):N}";

    public static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement.Clone();

    public static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public async ValueTask DisposeAsync()
    {
        if (Ledger is not null)
            await Ledger.DisposeAsync();
        await _users.DisposeAsync();
        _loggers.Dispose();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    private Budget BudgetOf(UserRecord user) => Budgets.GetValueOrDefault(user.Name, Budget.None);
}
