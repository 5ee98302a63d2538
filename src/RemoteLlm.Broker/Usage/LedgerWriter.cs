using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Usage.Files;

namespace RemoteLlm.Broker.Usage;

/// <summary>
/// The one who writes: takes all batches that wait, appends their lines, synchronises once for all of them, and only then lets go of whoever brought them. A disk needs milliseconds for that whether there is
/// one line or a thousand.
/// </summary>
internal sealed partial class LedgerWriter : IAsyncDisposable
{
    // Connectors have one batch on its way each; when more wait, those who bring them do.
    private const int MaxWaiting = 256;

    // So that the first of a group does not wait for too many others.
    private const int MaxGroup = 20_000;

    private readonly Channel<PendingBatch> _queue = Channel.CreateBounded<PendingBatch>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly LedgerBooks _books;
    private readonly Action<IReadOnlyList<SettledRecord>> _settled;
    private readonly LedgerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly UsageLineWriter _lines = new();
    private readonly Task _running;
    private DateOnly _day;

    /// <summary>Starts it.</summary>
    /// <param name="books">The months.</param>
    /// <param name="settled">These records are on the disk. Called in turn, before they are acknowledged.</param>
    /// <param name="metrics">The instruments.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The ledger's log.</param>
    public LedgerWriter(LedgerBooks books, Action<IReadOnlyList<SettledRecord>> settled, LedgerMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_books, _settled, _metrics, _time, _logger) = (books, settled, metrics, time, logger);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Why nothing can be written; null when the last write went well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Writes records that are not known yet; returns when all are on the disk.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public async Task WriteAsync(IReadOnlyList<SettledRecord> records)
    {
        var batch = new PendingBatch(records);
        try
        {
            await _queue.Writer.WriteAsync(batch);
        }
        catch (ChannelClosedException exception)
        {
            throw new IOException("The ledger is closed: the broker stops.", exception);
        }

        await batch.Done;
    }

    /// <summary>Writes what waits, takes no more, and lets go of the files.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _running;
        _lines.Dispose();
        _books.Dispose();
    }

    private async Task RunAsync()
    {
        var batches = new List<PendingBatch>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            for (var records = 0; records < MaxGroup && _queue.Reader.TryRead(out var batch); records += batch.Records.Count)
                batches.Add(batch);
            try
            {
                Commit(batches);
            }
            // A defect of ours: the next batches need not suffer from it, and nobody may wait for ever.
            catch (Exception exception)
            {
                Failed(_logger, exception);
                foreach (var batch in batches)
                    batch.Failure = new IOException("The ledger failed.", exception);
            }

            foreach (var batch in batches)
                batch.Finish();
            batches.Clear();
        }
    }

    private void Commit(List<PendingBatch> batches)
    {
        CloseMonths();
        var groups = new Dictionary<UsageMonth, LedgerGroup>();
        var (seen, settled) = (0, new List<SettledRecord>());
        IOException? failure = null;
        foreach (var batch in batches)
        {
            foreach (var record in batch.Records)
            {
                try
                {
                    if (!Group(groups, UsageMonth.Of(record.Day)).Take(record, batch, _lines))
                        seen++;
                }
                catch (IOException exception)
                {
                    batch.Failure = failure = exception;
                }
            }
        }

        foreach (var group in groups.Values)
        {
            try
            {
                group.Write();
                settled.AddRange(group.Records);
            }
            catch (IOException exception)
            {
                group.Fail(failure = exception);
            }
        }

        Tell(failure, wrote: settled.Count > 0);
        _metrics.Duplicates(seen);
        _metrics.Settled(settled.Count);
        if (settled.Count > 0)
            _settled(settled);
    }

    private LedgerGroup Group(Dictionary<UsageMonth, LedgerGroup> groups, UsageMonth month)
    {
        if (!groups.TryGetValue(month, out var group))
            groups.Add(month, group = new LedgerGroup(_books.Of(month)));
        return group;
    }

    private void CloseMonths()
    {
        var now = _time.GetUtcNow();
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (day == _day)
            return;
        _day = day;
        _books.Close(now);
    }

    // Once for each outage: connectors try again every few seconds.
    private void Tell(IOException? failure, bool wrote)
    {
        if (failure is not null)
        {
            _metrics.WriteFailed();
            if (Problem is null)
                CannotWrite(_logger, failure.Message);
            Problem = failure.Message;
        }
        else if (wrote && Problem is not null)
        {
            Problem = null;
            WritesAgain(_logger);
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "Usage cannot be written; connectors keep theirs and send it again {Cause}")]
    private static partial void CannotWrite(ILogger logger, string cause);

    [LoggerMessage(11, LogLevel.Information, "Usage is written again")]
    private static partial void WritesAgain(ILogger logger);

    [LoggerMessage(12, LogLevel.Error, "Usage batch failed")]
    private static partial void Failed(ILogger logger, Exception exception);
}
