using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Usage;

/// <summary>
/// Keeps the outbox on the disk: reads what an earlier process left, appends what is added, all that has come since the last write at once, and removes what has been acknowledged. While the
/// disk takes nothing the outbox goes on in memory.
/// </summary>
internal sealed partial class OutboxWriter : BackgroundService
{
    /// <summary>Until a write that failed is tried again, 5 s.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks at what a predecessor has left that ended after the start, 1 min: it has two to finish its requests in.</summary>
    public static readonly TimeSpan LookDelay = TimeSpan.FromMinutes(1);

    /// <summary>Between a record and its write, 50 ms: what else ends meanwhile goes with it, and no request wakes the disk for itself.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    // Half a megabyte of text.
    private const int MostAtOnce = 1000;

    private readonly UsageOutbox _outbox;
    private readonly OutboxFolder? _folder;
    private readonly string _path;
    private readonly IBudgetBook _budgets;
    private readonly TimeProvider _time;
    private readonly TimeSpan _gather;
    private readonly ILogger<OutboxWriter> _logger;
    private readonly Lock _writing = new();
    private readonly List<UsageRecord> _group = [];
    private long _written;
    private long _looked;
    private long _restored;
    private bool _leaves;
    private bool _failing;
    private bool _closed;

    /// <summary>The writer of a data folder.</summary>
    /// <param name="outbox">What it keeps.</param>
    /// <param name="data">The connector's data folder; null to keep nothing over restarts.</param>
    /// <param name="budgets">Told of what an earlier process left.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="logger">Where problems go.</param>
    /// <param name="segmentBytes">See <see cref="OutboxFolder.SegmentBytes"/>.</param>
    /// <param name="gather">In place of <see cref="Gather"/>; zero writes at once.</param>
    public OutboxWriter(
        UsageOutbox outbox, string? data, IBudgetBook budgets, TimeProvider time, ILogger<OutboxWriter> logger, int segmentBytes = OutboxFolder.SegmentBytes, TimeSpan? gather = null)
    {
        _gather = gather ?? Gather;
        (_outbox, _budgets, _time, _logger) = (outbox, budgets, time, logger);
        _path = data is null ? "" : Path.Combine(data, OutboxFolder.Name);
        _folder = data is null ? null : new OutboxFolder(_path, segmentBytes);
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (_folder is not null)
            Load(_folder);
        _written = _outbox.Range.Next;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Write();
        _outbox.TellDropped();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // What ended after the stop.
        Write();
        lock (_writing)
        {
            _closed = true;
            _folder?.Dispose();
        }

        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_folder is null)
            return;
        try
        {
            while (true)
            {
                var seen = _outbox.Range;
                if (!Write())
                    await Task.Delay(RetryDelay, _time, stoppingToken);
                else if (await IsTimeToLookAsync(_outbox.ChangedSince(seen), stoppingToken))
                    Load(_folder);
                else if (_gather > TimeSpan.Zero)
                    await Task.Delay(_gather, _time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping writes once more.
        }
    }

    private async Task<bool> IsTimeToLookAsync(Task changed, CancellationToken stopping)
    {
        var left = LookDelay - _time.GetElapsedTime(_looked);
        if (left <= TimeSpan.Zero)
            return true;
        try
        {
            await changed.WaitAsync(left, _time, stopping);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    // What is found later is written once more, among what is new, and may be sent twice: the ledger counts a record once.
    private void Load(OutboxFolder folder)
    {
        _restored = 0;
        _looked = _time.GetTimestamp();
        try
        {
            lock (_writing)
            {
                var (lines, files) = folder.Load(Restore);
                if (lines > 0)
                    PassedOver(_logger, _path, lines);
                if (files > 0 && !_leaves)
                    LeftAlone(_logger, _path, files);
                _leaves = files > 0;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotRead(_logger, _path, exception.Message);
        }

        if (_restored > 0)
            Restored(_logger, _path, _restored);
    }

    private long Restore(UsageRecord record, DateTimeOffset since)
    {
        _restored++;
        _budgets.Awaits(record);
        if (_outbox.Add(record, since) is { } gone)
            _budgets.Settled(gone, []);
        return _outbox.Range.Next;
    }

    // False when the disk does not take it.
    private bool Write()
    {
        if (_folder is null)
            return true;
        string? problem = null;
        lock (_writing)
        {
            if (_closed)
                return true;
            try
            {
                WriteAll_NeedsLock(_folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problem = exception.Message;
            }

            if (_failing == problem is not null)
                return problem is null;
            _failing = problem is not null;
        }

        if (problem is not null)
            NotWritten(_logger, _path, problem);
        else
            WrittenAgain(_logger, _path);
        return problem is null;
    }

    private void WriteAll_NeedsLock(OutboxFolder folder)
    {
        while (true)
        {
            _group.Clear();
            var first = _outbox.CopyFrom(_written, MostAtOnce, _group);
            if (_group.Count == 0)
                break;
            folder.Append(_group, first + _group.Count);
            _written = first + _group.Count;
        }

        _group.Clear();
        folder.Forget(_outbox.Range.First);
    }

    [LoggerMessage(1, LogLevel.Information, "Usage that waits to be settled was found {Path} {Records}")]
    private static partial void Restored(ILogger logger, string path, long records);

    [LoggerMessage(2, LogLevel.Error, "Usage outbox was not read as a whole; what is no record does not count {Path} {Lines}")]
    private static partial void PassedOver(ILogger logger, string path, int lines);

    [LoggerMessage(3, LogLevel.Error, "Usage outbox cannot be read {Path} {Problem}")]
    private static partial void NotRead(ILogger logger, string path, string problem);

    [LoggerMessage(4, LogLevel.Warning, "Usage outbox is not written and kept in memory; tried again until it is {Path} {Problem}")]
    private static partial void NotWritten(ILogger logger, string path, string problem);

    [LoggerMessage(5, LogLevel.Information, "Usage outbox is written again {Path}")]
    private static partial void WrittenAgain(ILogger logger, string path);

    [LoggerMessage(6, LogLevel.Warning, "Usage outbox has files that another process has open, or that cannot be read; they are tried again {Path} {Files}")]
    private static partial void LeftAlone(ILogger logger, string path, int files);
}
