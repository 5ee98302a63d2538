using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Usage;

/// <summary>
/// Brings the outbox to the broker's ledger: the oldest first, one batch at a time, and lets go of a batch when its receipt is here. A batch whose receipt was lost is sent again; the ledger
/// counts a record once.
/// </summary>
internal sealed partial class UsageSettler(
    UsageOutbox outbox, LedgerLine line, IBudgetBook budgets, UsageMetrics metrics, TimeProvider time, ILogger<UsageSettler> logger) : BackgroundService
{
    /// <summary>Between the first record and its batch, 200 ms: what else ends meanwhile goes with it, and budgets are no older for it than for the broker's own second.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a receipt may take, 30 s: a ledger on a slow disk, behind a line with a roster on it.</summary>
    public static readonly TimeSpan ReceiptTime = TimeSpan.FromSeconds(30);

    /// <summary>The first wait after a batch that was not taken, 1 s; it doubles up to <see cref="LongestWait"/>.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    /// <summary>The longest such wait, 60 s. A new connection ends it.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failures;

    /// <summary>From now on nothing is gathered: the connector is about to go.</summary>
    public void Hurry() => _hurry.TrySetResult();

    /// <summary>Completes when the outbox is empty, or cannot be emptied now: the line is down, or the broker takes nothing.</summary>
    public async Task EmptiedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (seen, changed) = (outbox.Range, line.Changed);
            if (outbox.Count == 0 || line.Hub is null || Volatile.Read(ref _failures) > 0)
                return;
            await Task.WhenAny(outbox.ChangedSince(seen), changed).WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await outbox.Filled.WaitAsync(stoppingToken);
                var changed = line.Changed;
                if (line.Hub is not { } hub)
                {
                    await changed.WaitAsync(stoppingToken);
                    continue;
                }

                if (outbox.Count < UsageBatch.MaxRecords)
                    await PauseAsync(Gather, Task.WhenAny(changed, _hurry.Task), stoppingToken);
                if (outbox.Peek() is not { } parcel)
                    continue;
                if (await TrySettleAsync(hub, parcel, stoppingToken))
                    _failures = 0;
                else
                    await PauseAsync(Wait(++_failures), changed, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is on the disk.
        }
    }

    /// <summary>The wait after so many failures in a row, 1 or more.</summary>
    internal static TimeSpan Wait(int failures)
    {
        var wait = FirstWait * Math.Pow(2, Math.Min(failures, 10) - 1);
        return wait < LongestWait ? wait : LongestWait;
    }

    private async Task PauseAsync(TimeSpan wait, Task orUntil, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(Task.Delay(wait, time, over.Token), orUntil);
        await over.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    private async Task<bool> TrySettleAsync(IConnectorHub hub, UsageParcel parcel, CancellationToken stopping)
    {
        try
        {
            var receipt = await hub.SettleUsage(new UsageBatch(parcel.Records)).WaitAsync(ReceiptTime, time, stopping);
            if (receipt?.Refused is not { } refused || refused.Count > parcel.Records.Count || !LedgerLine.IsSound(receipt.Spending))
            {
                NotSettled(logger, parcel.Records.Count, "the broker gave no answer that makes sense");
                return false;
            }

            foreach (var refusal in refused)
                Refused(logger, refusal?.Id, refusal?.Reason);
            var done = outbox.Acknowledge(parcel);
            budgets.Settled(done, receipt.Spending);
            metrics.Settled(parcel.Records.Count - refused.Count, refused.Count);
            return true;
        }
        catch (Exception exception) when (exception is HubException or IOException or TimeoutException or InvalidOperationException
            || (exception is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            NotSettled(logger, parcel.Records.Count, exception.Message);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Usage not settled; it is sent again {Records} {Problem}")]
    private static partial void NotSettled(ILogger logger, int records, string problem);

    [LoggerMessage(2, LogLevel.Warning, "Usage refused by the broker: it does not count {Id} {Reason}")]
    private static partial void Refused(ILogger logger, string? id, string? reason);
}
