using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Connector.Tests.Usage;

public sealed class UsageOutboxTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly LogRecorder _logs = new();
    private readonly ILoggerFactory _loggers;

    public UsageOutboxTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_logs));

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public void The_oldest_go_first_and_as_many_as_a_batch_takes()
    {
        var outbox = Outbox();
        Assert.Null(outbox.Peek());
        Add(outbox, 1, 600);

        var first = outbox.Peek()!;
        Assert.Equal(UsageBatch.MaxRecords, first.Records.Count);
        Assert.Equal("req_1", first.Records[0].Id);
        // Not taken until it is acknowledged.
        Assert.Equal(first.Records, outbox.Peek()!.Records);
        Assert.Equal(500, outbox.Acknowledge(first).Count);
        Assert.Equal(["req_501", "req_502"], outbox.Peek(records: 2)!.Records.Select(record => record.Id));
        Assert.Equal(100, outbox.Count);
    }

    [Fact]
    public void A_parcel_is_no_larger_than_a_message_may_be()
    {
        var outbox = Outbox();
        for (var number = 0; number < 500; number++)
            outbox.Add(UsageSamples.Record(number) with { Model = new string('é', 256), ServedModel = new string('é', 256) });

        var parcel = outbox.Peek()!;

        Assert.InRange(parcel.Records.Sum(UsageText.MostBytes), 1, UsageOutbox.ParcelBytes);
        Assert.InRange(parcel.Records.Count, 100, 499);
        // One that is too large by itself goes alone rather than never.
        Assert.Single(outbox.Peek(bytes: 10)!.Records);
    }

    [Fact]
    public void When_it_is_full_the_oldest_go_and_one_error_says_how_many()
    {
        var outbox = Outbox(records: 10);
        Add(outbox, 1, 10);
        Assert.Empty(_logs.Entries);

        Assert.Equal(["req_1"], outbox.Add(UsageSamples.Record(11))!.Select(record => record.Id));
        Add(outbox, 12, 5);

        Assert.Equal((10, 6), (outbox.Count, outbox.Dropped));
        Assert.Equal(LogLevel.Warning, Assert.Single(_logs.Entries).Level);
        outbox.Acknowledge(outbox.Peek(records: 2)!);
        var error = Assert.Single(_logs.Entries, entry => entry.Level == LogLevel.Error);
        Assert.EndsWith(" 6", error.Message, StringComparison.Ordinal);
        outbox.Acknowledge(outbox.Peek(records: 2)!);
        Assert.Equal(2, _logs.Entries.Count);
    }

    [Fact]
    public void It_is_full_by_bytes_too()
    {
        var one = UsageText.MostBytes(UsageSamples.Record(1));
        var outbox = Outbox(bytes: one * 3);
        Add(outbox, 1, 3);
        Assert.Equal(0, outbox.Dropped);

        outbox.Add(UsageSamples.Record(4));

        Assert.Equal((3, 1), (outbox.Count, outbox.Dropped));
    }

    [Fact]
    public void What_was_dropped_while_it_was_under_way_is_not_acknowledged()
    {
        var outbox = Outbox(records: 4);
        Add(outbox, 1, 4);
        var parcel = outbox.Peek(records: 3)!;
        Add(outbox, 5, 2);

        Assert.Equal(["req_3"], outbox.Acknowledge(parcel).Select(record => record.Id));
        Assert.Equal(["req_4", "req_5", "req_6"], outbox.Peek()!.Records.Select(record => record.Id));

        // Nor what came after it, when all of it was dropped.
        parcel = outbox.Peek(records: 1)!;
        Add(outbox, 7, 4);
        Assert.Empty(outbox.Acknowledge(parcel));
        Assert.Equal(4, outbox.Count);
    }

    [Fact]
    public async Task Who_waits_for_a_record_or_a_change_is_told()
    {
        var outbox = Outbox();
        var filled = outbox.Filled;
        var changed = outbox.ChangedSince(outbox.Range);
        Assert.False(filled.IsCompleted || changed.IsCompleted);

        outbox.Add(UsageSamples.Record(1));
        await filled.OrHang();
        await changed.OrHang();
        Assert.True(outbox.Filled.IsCompleted);

        changed = outbox.ChangedSince(outbox.Range);
        Assert.False(changed.IsCompleted);
        outbox.Acknowledge(outbox.Peek()!);
        await changed.OrHang();
        Assert.False(outbox.Filled.IsCompleted);
    }

    [Fact]
    public void The_age_is_that_of_the_oldest()
    {
        var outbox = Outbox();
        Assert.Equal(TimeSpan.Zero, outbox.OldestAge);
        Add(outbox, 1, 1);
        _time.Advance(TimeSpan.FromSeconds(3));
        Add(outbox, 2, 1);
        Assert.Equal(TimeSpan.FromSeconds(3), outbox.OldestAge);
        outbox.Acknowledge(outbox.Peek(records: 1)!);
        Assert.Equal(TimeSpan.Zero, outbox.OldestAge);
        // A clock that was set back makes nothing younger than now.
        _time.JumpWallClock(TimeSpan.FromHours(-1));
        Assert.Equal(TimeSpan.Zero, outbox.OldestAge);
    }

    private UsageOutbox Outbox(int records = UsageOutbox.DefaultRecords, long bytes = UsageOutbox.DefaultBytes) => new(_time, _loggers.CreateLogger<UsageOutbox>(), records, bytes);

    private static void Add(UsageOutbox outbox, int first, int count)
    {
        for (var number = first; number < first + count; number++)
            outbox.Add(UsageSamples.Record(number));
    }
}
