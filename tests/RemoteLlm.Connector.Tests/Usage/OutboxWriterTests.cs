using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Connector.Tests.Usage;

public sealed class OutboxWriterTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly ManualTime _time = new();
    private readonly LogRecorder _logs = new();
    private readonly ILoggerFactory _loggers;
    private readonly FakeLedger _budgets = new();

    public OutboxWriterTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_logs));

    private string Folder => _data[OutboxFolder.Name];

    private string[] Files => Directory.Exists(Folder) ? [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal)] : [];

    public void Dispose()
    {
        _loggers.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task What_was_added_is_on_the_disk_at_once_for_its_owner_alone()
    {
        var outbox = Outbox();
        using var writer = await Start(outbox);
        Assert.Empty(Files);

        outbox.Add(UsageSamples.Record(1));

        await UntilLines(1);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Files[0]));
        }
    }

    [Fact]
    public async Task What_waits_is_found_by_the_next_process_in_its_order()
    {
        var outbox = Outbox();
        using (var writer = await Start(outbox))
        {
            for (var number = 1; number <= 5; number++)
                outbox.Add(UsageSamples.Record(number));
            await writer.StopAsync(CancellationToken.None).OrHang();
        }

        var next = Outbox();
        using var other = await Start(next);

        Assert.Equal(["req_1", "req_2", "req_3", "req_4", "req_5"], next.Peek()!.Records.Select(record => record.Id));
        Assert.Equal(UsageSamples.Record(3), next.Peek()!.Records[2]);
        Assert.Equal(["awaits req_1", "awaits req_2", "awaits req_3", "awaits req_4", "awaits req_5"], _budgets.Said);
        Assert.True(Assert.Single(_logs.Entries).Says("Usage that waits to be settled was found", " 5"));
    }

    [Fact]
    public async Task What_was_acknowledged_leaves_the_disk()
    {
        var outbox = Outbox();
        using (var writer = await Start(outbox, segmentBytes: 2000))
        {
            for (var number = 1; number <= 50; number++)
            {
                outbox.Add(UsageSamples.Record(number));
                await UntilLines(number);
            }

            Assert.True(Files.Length > 5);
            outbox.Acknowledge(outbox.Peek(records: 49)!);
            await writer.StopAsync(CancellationToken.None).OrHang();
            Assert.Single(Files);
            outbox.Acknowledge(outbox.Peek()!);
        }

        Assert.Empty(Files);
    }

    [Fact]
    public async Task The_torn_end_of_a_line_is_cut_off_and_nonsense_passed_over()
    {
        var outbox = Outbox();
        using (var writer = await Start(outbox))
        {
            outbox.Add(UsageSamples.Record(1));
            outbox.Add(UsageSamples.Record(2));
        }

        File.AppendAllText(Files[0], "nonsense\n{\"id\":\"req_3\",\"us");
        File.WriteAllText(Path.Combine(Folder, "notes.txt"), "not ours");
        var next = Outbox();
        using (var other = await Start(next))
        {
            Assert.Equal(2, next.Count);
            Assert.True(Assert.Single(_logs.Entries, entry => entry.Level == LogLevel.Error).Says("not read as a whole", " 1"));
            Assert.EndsWith("nonsense\n", AtomicFile.ReadText(Files[0]), StringComparison.Ordinal);
            next.Add(UsageSamples.Record(4));
        }

        var third = Outbox();
        using var last = await Start(third);
        Assert.Equal(["req_1", "req_2", "req_4"], third.Peek()!.Records.Select(record => record.Id));
        Assert.True(File.Exists(Path.Combine(Folder, "notes.txt")));
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_costs_one_warning_and_no_record()
    {
        // A file where the folder should be.
        _data.Write(OutboxFolder.Name, "");
        var outbox = Outbox();
        using var writer = await Start(outbox);

        outbox.Add(UsageSamples.Record(1));
        await _logs.Until("Usage outbox is not written");
        await _time.UntilArmedFor(OutboxWriter.RetryDelay);
        outbox.Add(UsageSamples.Record(2));
        _time.Advance(OutboxWriter.RetryDelay);
        await _time.UntilArmedFor(OutboxWriter.RetryDelay);

        Assert.Equal(LogLevel.Warning, Assert.Single(_logs.Entries).Level);
        File.Delete(Folder);
        _time.Advance(OutboxWriter.RetryDelay);
        await _logs.Until("Usage outbox is written again");
        await UntilLines(2);
        Assert.Equal(2, outbox.Count);
    }

    [Fact]
    public async Task A_file_that_another_process_has_open_is_left_to_it()
    {
        var outbox = Outbox();
        using var writer = await Start(outbox);
        outbox.Add(UsageSamples.Record(1));
        await UntilLines(1);

        var successor = Outbox();
        using (var other = await Start(successor))
        {
            Assert.Equal(0, successor.Count);
            successor.Add(UsageSamples.Record(2));
        }

        Assert.Equal(2, Files.Length);
        Assert.Contains("req_1", AtomicFile.ReadText(Files[0]), StringComparison.Ordinal);
        Assert.Contains("req_2", AtomicFile.ReadText(Files[1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_predecessor_left_when_it_ended_is_taken_over_without_a_restart(bool successorWasFirst)
    {
        var outbox = Outbox();
        var predecessor = await Start(outbox, time: new ManualTime());
        var successor = Outbox();
        using var early = successorWasFirst ? await Start(successor) : null;
        outbox.Add(UsageSamples.Record(1));
        await UntilLines(1);
        using var late = successorWasFirst ? null : await Start(successor);
        await _time.UntilArmedFor(OutboxWriter.LookDelay);
        _time.Advance(OutboxWriter.LookDelay);
        await _time.UntilArmedFor(OutboxWriter.LookDelay);
        Assert.Equal(0, successor.Count);

        predecessor.Dispose();
        _time.Advance(OutboxWriter.LookDelay);
        await successor.Filled.OrHang();

        var parcel = successor.Peek()!;
        Assert.Equal("req_1", Assert.Single(parcel.Records).Id);
        Assert.Contains("awaits req_1", _budgets.Said);
        var left = Path.Combine(Folder, "00000001.jsonl");
        Assert.True(File.Exists(left));
        successor.Acknowledge(parcel);
        await Task.Run(async () =>
        {
            while (File.Exists(left))
                await Task.Yield();
        }, TestContext.Current.CancellationToken).OrHang();
        Assert.Single(_logs.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Without_a_data_folder_nothing_is_written()
    {
        var outbox = Outbox();
        using var writer = new OutboxWriter(outbox, null, _budgets, _time, _loggers.CreateLogger<OutboxWriter>());
        await writer.StartAsync(TestContext.Current.CancellationToken);
        outbox.Add(UsageSamples.Record(1));
        await writer.StopAsync(CancellationToken.None).OrHang();

        Assert.Equal(1, outbox.Count);
        Assert.Empty(Directory.GetFileSystemEntries(_data.Path));
    }

    private UsageOutbox Outbox() => new(_time, _loggers.CreateLogger<UsageOutbox>());

    private async Task<OutboxWriter> Start(UsageOutbox outbox, int segmentBytes = OutboxFolder.SegmentBytes, ManualTime? time = null)
    {
        var writer = new OutboxWriter(outbox, _data.Path, _budgets, time ?? _time, _loggers.CreateLogger<OutboxWriter>(), segmentBytes, gather: TimeSpan.Zero);
        await writer.StartAsync(TestContext.Current.CancellationToken);
        return writer;
    }

    // The writer says nothing of what goes well: its file is looked at until it is there.
    private Task UntilLines(int lines) => Task.Run(async () =>
    {
        while (Files.Sum(file => AtomicFile.ReadBytes(file).Count(one => one == '\n')) < lines)
            await Task.Yield();
    }).OrHang();
}
