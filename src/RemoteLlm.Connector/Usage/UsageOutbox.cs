using Microsoft.Extensions.Logging;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Usage;

/// <summary>
/// Usage that the ledger has not acknowledged, oldest first. All of it is in memory; <see cref="OutboxWriter"/> brings it to the disk behind the requests' backs. When it is full the oldest
/// records go, uncounted for ever: a broker that has been away for so long must not stop the work.
/// </summary>
internal sealed partial class UsageOutbox(TimeProvider time, ILogger<UsageOutbox> logger, int maxRecords = UsageOutbox.DefaultRecords, long maxBytes = UsageOutbox.DefaultBytes)
{
    /// <summary>Most records, 100,000: a day of more than one request a second.</summary>
    public const int DefaultRecords = 100_000;

    /// <summary>Most bytes of text, 64 MB: some 80,000 records with names of ordinary length.</summary>
    public const long DefaultBytes = 64 * 1024 * 1024;

    /// <summary>Most bytes of one parcel: half of what the broker takes in one message.</summary>
    public const int ParcelBytes = ControlContract.MaxMessageToBroker / 2;

    private readonly Lock _gate = new();
    private readonly UsageQueue _queue = new();
    private TaskCompletionSource? _filled;
    private TaskCompletionSource? _changed;
    private long _dropped;
    private long _droppedNow;

    /// <summary>Records that wait to be acknowledged.</summary>
    public int Count
    {
        get { lock (_gate) return _queue.Count; }
    }

    /// <summary>Records that were dropped since the start because it was full.</summary>
    public long Dropped
    {
        get { lock (_gate) return _dropped; }
    }

    /// <summary>How long the oldest has waited; zero when there is none.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            lock (_gate)
                return _queue.Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, (time.GetUtcNow() - _queue.Oldest).Ticks));
        }
    }

    /// <summary>Takes a record in. Never waits, never throws.</summary>
    /// <param name="record">The record.</param>
    /// <param name="since">Since when it waits; null for now.</param>
    /// <returns>What had to go for it; null when nothing had.</returns>
    public IReadOnlyList<UsageRecord>? Add(UsageRecord record, DateTimeOffset? since = null)
    {
        var bytes = UsageText.MostBytes(record);
        List<UsageRecord>? gone = null;
        var begins = false;
        lock (_gate)
        {
            while (_queue.Count > 0 && (_queue.Count >= maxRecords || _queue.Bytes + bytes > maxBytes))
                (gone ??= []).Add(_queue.Take());
            if (gone is not null)
            {
                begins = _droppedNow == 0;
                _droppedNow += gone.Count;
                _dropped += gone.Count;
            }

            _queue.Add(record, bytes, since ?? time.GetUtcNow());
            Signal_NeedsLock(ref _filled);
            Signal_NeedsLock(ref _changed);
        }

        if (begins)
            Full(logger, maxRecords, maxBytes);
        return gone;
    }

    /// <summary>The oldest records, as many as a batch takes; null when there are none.</summary>
    public UsageParcel? Peek(int records = UsageBatch.MaxRecords, int bytes = ParcelBytes)
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
                return null;
            var parcel = new List<UsageRecord>(Math.Min(records, _queue.Count));
            var number = _queue.First;
            for (var left = (long)bytes; number < _queue.Next && parcel.Count < records; number++)
            {
                left -= _queue.BytesOf(number);
                if (left < 0 && parcel.Count > 0)
                    break;
                parcel.Add(_queue[number]);
            }

            return new UsageParcel(parcel, number);
        }
    }

    /// <summary>The ledger is done with a parcel.</summary>
    /// <returns>Those of its records that were here still.</returns>
    public IReadOnlyList<UsageRecord> Acknowledge(UsageParcel parcel)
    {
        var done = new List<UsageRecord>(parcel.Records.Count);
        lock (_gate)
        {
            while (_queue.Count > 0 && _queue.First < parcel.End)
                done.Add(_queue.Take());
            Signal_NeedsLock(ref _changed);
        }

        TellDropped();
        return done;
    }

    /// <summary>Says how many records the outage has cost that is over now, when it has cost any.</summary>
    public void TellDropped()
    {
        long records;
        lock (_gate)
            (records, _droppedNow) = (_droppedNow, 0);
        if (records > 0)
            Lost(logger, records);
    }

    /// <summary>Completes when there is a record.</summary>
    public Task Filled
    {
        get
        {
            lock (_gate)
                return _queue.Count > 0 ? Task.CompletedTask : (_filled ??= NewSignal()).Task;
        }
    }

    /// <summary>The numbers of the oldest and of the next.</summary>
    public (long First, long Next) Range
    {
        get { lock (_gate) return (_queue.First, _queue.Next); }
    }

    /// <summary>Completes when <see cref="Range"/> is another one.</summary>
    public Task ChangedSince((long First, long Next) seen)
    {
        lock (_gate)
            return (_queue.First, _queue.Next) != seen ? Task.CompletedTask : (_changed ??= NewSignal()).Task;
    }

    /// <summary>Gives the records from a number on that are here still, up to so many.</summary>
    /// <returns>The number of the first that is given.</returns>
    public long CopyFrom(long number, int most, List<UsageRecord> records)
    {
        lock (_gate)
        {
            var first = Math.Max(number, _queue.First);
            for (var at = first; at < _queue.Next && records.Count < most; at++)
                records.Add(_queue[at]);
            return first;
        }
    }

    private static void Signal_NeedsLock(ref TaskCompletionSource? signal)
    {
        signal?.SetResult();
        signal = null;
    }

    // Whoever waits goes on elsewhere: it is set inside a request, under the lock.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(1, LogLevel.Warning, "Usage outbox is full: the oldest records are dropped until the broker takes them again {MaxRecords} {MaxBytes}")]
    private static partial void Full(ILogger logger, int maxRecords, long maxBytes);

    [LoggerMessage(2, LogLevel.Error, "Usage was lost, because the outbox was full while the broker did not take any {Records}")]
    private static partial void Lost(ILogger logger, long records);
}
