using Microsoft.AspNetCore.SignalR;
using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Tests.Usage;

/// <summary>A broker's end that takes usage down as the ledger does, each record once, and a book that writes down what it is told.</summary>
internal sealed class FakeLedger : IConnectorHub, IBudgetBook
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<UsageBatch> _batches = [];
    private readonly List<string> _said = [];
    private readonly SemaphoreSlim _arrived = new(0);

    /// <summary>What the next batches meet before they are taken; null when nothing.</summary>
    public Func<UsageBatch, Task>? Before { get; set; }

    /// <summary>What becomes of the receipts of batches that were taken; null when they arrive.</summary>
    public Func<UsageReceipt, Task<UsageReceipt>>? Answer { get; set; }

    /// <summary>Ids of records to be refused.</summary>
    public HashSet<string> Refuses { get; } = new(StringComparer.Ordinal);

    /// <summary>The batches as they came, those that failed among them.</summary>
    public IReadOnlyList<UsageBatch> Batches
    {
        get { lock (_gate) return [.. _batches]; }
    }

    /// <summary>How many records count.</summary>
    public int Counted
    {
        get { lock (_gate) return _known.Count; }
    }

    /// <summary>What the budget book was told.</summary>
    public IReadOnlyList<string> Said
    {
        get { lock (_gate) return [.. _said]; }
    }

    /// <summary>Waits for the next batch.</summary>
    public Task Arrived() => _arrived.WaitAsync(TestContext.Current.CancellationToken);

    public async Task<UsageReceipt> SettleUsage(UsageBatch batch)
    {
        lock (_gate)
            _batches.Add(batch);
        _arrived.Release();
        if (Before is { } before)
            await before(batch);
        List<UsageRefusal> refused = [];
        lock (_gate)
        {
            foreach (var record in batch.Records)
            {
                if (Refuses.Contains(record.Id))
                    refused.Add(new UsageRefusal(record.Id, "no valid proof"));
                else
                    _known.Add(record.Id);
            }
        }

        var receipt = new UsageReceipt(refused, [new UserSpending("alice", 1, new DateOnly(2025, 11, 30), 5, 5, 0, 0)]);
        return Answer is { } answer ? await answer(receipt) : receipt;
    }

    public void Awaits(UsageRecord record) => Say($"awaits {record.Id}");

    public void Settled(IReadOnlyList<UsageRecord> records, IReadOnlyList<UserSpending> spending) =>
        Say($"settled {string.Join(' ', records.Select(record => record.Id))}; {string.Join(' ', spending.Select(user => user.User))}");

    public void Apply(SpendingUpdate update) => Say($"{(update.Whole ? "whole" : "changes")} {string.Join(' ', update.Users.Select(user => $"{user.User}={user.TokensToday}"))}");

    public Task<SessionAnswer> OpenSession(SessionRequest request) => throw new NotSupportedException();

    public Task ReportModels(ModelInventory inventory) => throw new NotSupportedException();

    public Task ReportStatus(ConnectorStatus status) => throw new NotSupportedException();

    public Task AcknowledgeRoster(long revision) => throw new NotSupportedException();

    public Task BeginDrain() => throw new NotSupportedException();

    /// <summary>A broker whose ledger has trouble.</summary>
    public static Task Fail(UsageBatch batch) => throw new HubException("the broker's ledger cannot be written now");

    private void Say(string words)
    {
        lock (_gate)
            _said.Add(words);
    }
}
