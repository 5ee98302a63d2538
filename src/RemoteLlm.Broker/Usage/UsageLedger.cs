using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Broker.Usage.Spending;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Usage;

/// <summary>
/// The ledger: one line a request in <c>usage/YYYY-MM.jsonl</c> of the data folder, only ever appended to. The files are all there is; ids and sums are read from them at the start.
/// </summary>
internal sealed partial class UsageLedger : IUsageLedger, IHostedService, IAsyncDisposable
{
    private readonly LedgerOptions _options;
    private readonly BillingProofs _proofs;
    private readonly UserBudgets _budgets;
    private readonly UsageTotals _totals;
    private readonly UsageHistory _history;
    private readonly CancelledRequests _cancelled;
    private readonly LedgerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<UsageLedger> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private UsageFolder? _folder;
    private LedgerWriter? _writer;
    private MidnightWatch? _midnight;
    private Task _readingOld = Task.CompletedTask;
    private long _version;

    public UsageLedger(LedgerOptions options, BillingProofs proofs, UserBudgets budgets, UsageTotals totals, UsageHistory history, CancelledRequests cancelled, LedgerMetrics metrics, TimeProvider time, ILogger<UsageLedger> logger)
    {
        (_options, _proofs, _budgets, _totals, _history, _cancelled, _metrics, _time, _logger) = (options, proofs, budgets, totals, history, cancelled, metrics, time, logger);
        // From the wall clock, so that after a restart no version is one of before it.
        _version = time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    public event Action<IReadOnlySet<string>?>? SpendingChanged;

    /// <summary>Why usage cannot be written; null when it can.</summary>
    public string? Problem => _writer?.Problem;

    /// <summary>Completes when the history has the earlier months too, which are read while the broker serves.</summary>
    public Task HistoryRead => _readingOld;

    /// <summary>Reads what is there.</summary>
    /// <exception cref="SettingException">The files cannot be read, or another broker has them.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        _folder = UsageFolder.Hold(_options.Folder);
        var books = new LedgerBooks(_folder.Path, _options.Files, _totals, _history, _metrics, _logger);
        try
        {
            Read(_logger, books.ReadAll(_time.GetUtcNow()), _time.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (IOException exception)
        {
            books.Dispose();
            throw new SettingException($"The usage ledger in {_folder.Path} cannot be read: {exception.Message}", exception);
        }

        _writer = new LedgerWriter(books, Settled, _metrics, _time, _logger);
        _midnight = new MidnightWatch(_time, () => Changed(null));
        _budgets.Gained += Changed;
        var (folder, today) = (_folder.Path, DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime));
        _readingOld = Task.Run(() => HistoryReader.ReadOld(folder, _history, today, _logger, _stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        _budgets.Gained -= Changed;
        _midnight?.Dispose();
        await _stopping.CancelAsync();
        await _readingOld;
        if (_writer is { } writer)
            await writer.DisposeAsync();
        _folder?.Dispose();
    }

    public async Task<UsageReceipt> SettleAsync(string connector, UsageBatch batch)
    {
        if (_writer is not { } writer)
            throw new IOException("The ledger is not open yet.");
        var (refused, records) = (new List<UsageRefusal>(), new List<SettledRecord>(batch.Records.Count));
        var now = _time.GetUtcNow();
        foreach (var record in batch.Records)
        {
            if (UsageCheck.Fault(record, connector, _proofs, now, out var key) is { } fault)
            {
                _metrics.Refused(fault.Kind);
                refused.Add(new UsageRefusal(record.Id ?? "", fault.Reason));
            }
            else
            {
                var cost = record.Cost is { } exact ? decimal.Round(exact, UsageLimits.CostDigits) : (decimal?)null;
                records.Add(new SettledRecord(key, _cancelled.Corrected(key, record) with { Time = UsageId.TimeOf(key), Connector = connector, Cost = cost, Proof = null }));
            }
        }

        if (refused.Count > 0)
            Refused(_logger, connector, refused.Count, refused[0].Reason);
        if (records.Count > 0)
            await writer.WriteAsync(records);
        return new UsageReceipt(refused, SpendingOf(records.Select(record => record.Record.User).ToHashSet(StringComparer.OrdinalIgnoreCase)).Users);
    }

    public SpendingUpdate Spending() => Look(_budgets.All.Select(known => known.User), whole: true);

    public SpendingUpdate SpendingOf(IReadOnlySet<string> users) =>
        Look(users.Select(_budgets.Find).OfType<UserBudget>().Select(known => known.User).Distinct(StringComparer.Ordinal), whole: false);

    // Under the lock, so that who got the greater version has looked later.
    private SpendingUpdate Look(IEnumerable<string> users, bool whole)
    {
        lock (_gate)
        {
            var (now, version) = (_time.GetUtcNow(), ++_version);
            var day = DateOnly.FromDateTime(now.UtcDateTime);
            var figures = new List<UserSpending>();
            foreach (var user in users)
            {
                var spent = _totals.Of(user, day);
                figures.Add(new UserSpending(user, version, day, spent.TokensToday, spent.TokensThisMonth, spent.CostToday, spent.CostThisMonth));
            }

            return new SpendingUpdate(now, whole, figures);
        }
    }

    private void Settled(IReadOnlyList<SettledRecord> records)
    {
        var changed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var record in records)
        {
            var usage = record.Record;
            _totals.Add(usage.User, usage.Time, usage.PromptTokens + usage.CompletionTokens, usage.Cost ?? 0);
            _history.Add(HistoryEntry.Of(usage));
            if (_budgets.Find(usage.User) is { } known)
                changed.Add(known.User);
        }

        if (changed.Count > 0)
            Changed(changed);
    }

    private void Changed(IReadOnlySet<string>? users)
    {
        try
        {
            SpendingChanged?.Invoke(users);
        }
        // What is on the disk is settled, whatever becomes of those who want to know.
        catch (Exception exception)
        {
            NotTold(_logger, exception);
        }
    }

    [LoggerMessage(20, LogLevel.Information, "Usage ledger open {Records} {Milliseconds}")]
    private static partial void Read(ILogger logger, long records, double milliseconds);

    [LoggerMessage(21, LogLevel.Warning, "Usage records refused {Connector} {Count} {Reason}")]
    private static partial void Refused(ILogger logger, string connector, int count, string reason);

    [LoggerMessage(22, LogLevel.Error, "Change of spending was not told")]
    private static partial void NotTold(ILogger logger, Exception exception);
}
