using System.Globalization;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Usage;

/// <summary>Whatever happens to the disk or the process, the ledger is what was acknowledged, each record once, and perhaps some of what was not.</summary>
public sealed class LedgerProperties
{
    private const int Runs = 25;

    [Fact]
    public async Task Any_run_of_batches_duplicates_full_disks_and_restarts_adds_up()
    {
        for (var run = 0; run < Runs; run++)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"REMOTELLM_SEED={Draws.Seed + run}");
            await Run(new Random(Draws.Seed + run));
        }
    }

    [Fact]
    public async Task A_file_cut_anywhere_in_its_last_lines_gives_all_whole_lines_and_goes_on_behind_them()
    {
        byte[] whole;
        UsageRecord[] records;
        await using (var stage = new LedgerStage())
        {
            await stage.Open();
            records = [.. Enumerable.Range(1, 3).Select(number => stage.Record(prompt: number, completion: 0))];
            await stage.Settle(records);
            await stage.Ledger.DisposeAsync();
            whole = await File.ReadAllBytesAsync(stage.PathOf("2025-11"), TestContext.Current.CancellationToken);
        }

        await using var cut = new LedgerStage();
        Directory.CreateDirectory(cut.Folder);
        for (var length = whole.Length; length >= 0; length--)
        {
            await File.WriteAllBytesAsync(cut.PathOf("2025-11"), whole[..length], TestContext.Current.CancellationToken);
            await cut.Open();
            // A record that lacks nothing but its line feed is one: an editor may have taken it, and of a crash it is the whole of what it left.
            var lines = whole.AsSpan(0, length).Count((byte)'\n') + (length > 0 && length < whole.Length && whole[length] == '\n' ? 1 : 0);
            Assert.Equal(lines, cut.Lines().Length);
            Assert.True(lines == 0 || (await File.ReadAllBytesAsync(cut.PathOf("2025-11"), TestContext.Current.CancellationToken))[^1] == '\n');
            Assert.Equal(lines * (lines + 1) / 2, cut.Spent("alice").TokensToday);
            if (length % 16 == 0)
            {
                await cut.Settle([.. records.Select(record => cut.Proven(record))]);
                Assert.Equal(3, cut.Lines().Length);
                Assert.Equal(6, cut.Spent("alice").TokensToday);
            }

            await cut.Ledger.DisposeAsync();
        }
    }

    private static async Task Run(Random random)
    {
        var disk = new UnreliableFiles();
        await using var stage = new LedgerStage(LedgerStage.Moment("2025-11-30T23:50:00Z"), disk);
        await stage.Open();
        var (made, acknowledged) = (new List<UsageRecord>(), new HashSet<string>(StringComparer.Ordinal));
        for (var step = 0; step < 60; step++)
        {
            stage.Time.Advance(TimeSpan.FromSeconds(random.Next(60)));
            var batches = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Batch(random, stage, made)).ToList();
            disk.Free = random.Next(4) == 0 ? random.Next(2000) : long.MaxValue;
            (disk.FlushFails, disk.CutFails) = (random.Next(10) == 0, random.Next(20) == 0);
            foreach (var (batch, settling) in batches.Select(batch => (batch, stage.Settle(batch))).ToList())
            {
                try
                {
                    Assert.Empty((await settling).Refused);
                    acknowledged.UnionWith(batch.Select(record => record.Id));
                }
                catch (IOException)
                {
                    // To be sent again, or not: a connector may be gone for good.
                }
            }

            (disk.Free, disk.FlushFails, disk.CutFails) = (long.MaxValue, false, false);
            if (random.Next(8) == 0)
                await Restart(random, stage);
        }

        await Restart(random, stage);
        Check(stage, made, acknowledged);
    }

    private static UsageRecord[] Batch(Random random, LedgerStage stage, List<UsageRecord> made)
    {
        var batch = new UsageRecord[random.Next(1, 6)];
        for (var at = 0; at < batch.Length; at++)
        {
            if (made.Count > 0 && random.Next(3) == 0)
            {
                batch[at] = made[random.Next(made.Count)];
                continue;
            }

            batch[at] = stage.Record(random.Next(2) == 0 ? "alice" : "bob", random.Next(100), random.Next(100), random.Next(1_000_000_000) / 10_000_000_000m);
            made.Add(batch[at]);
        }

        return batch;
    }

    private static async Task Restart(Random random, LedgerStage stage)
    {
        await stage.Ledger.DisposeAsync();
        // What a process that dies while it writes leaves: some of a line.
        if (random.Next(2) == 0)
            await File.AppendAllTextAsync(stage.PathOf(stage.Time.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture)), "{\"id\":\"req_0123"[..random.Next(1, 12)], TestContext.Current.CancellationToken);
        await stage.Reopen();
    }

    private static void Check(LedgerStage stage, List<UsageRecord> made, HashSet<string> acknowledged)
    {
        var lines = UsageFolder.Months(stage.Folder).SelectMany(file => File.ReadAllLines(file.Path)).Select(LedgerStage.Json).ToList();
        var ids = lines.Select(line => line.GetProperty("id").GetString()!).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(acknowledged.Except(ids));
        var known = made.ToDictionary(record => record.Id, StringComparer.Ordinal);
        var day = DateOnly.FromDateTime(stage.Time.GetUtcNow().UtcDateTime);
        foreach (var user in new[] { "alice", "bob" })
        {
            var mine = ids.Select(id => known[id]).Where(record => record.User == user).Select(record => (Day: DayOf(record), Record: record)).ToList();
            var (today, month) = (mine.Where(one => one.Day == day).ToList(), mine.Where(one => (one.Day.Year, one.Day.Month) == (day.Year, day.Month)).ToList());
            var spent = stage.Spent(user);
            Assert.Equal((today.Sum(Tokens), month.Sum(Tokens)), (spent.TokensToday, spent.TokensThisMonth));
            Assert.Equal((today.Sum(Cost), month.Sum(Cost)), (spent.CostToday, spent.CostThisMonth));
            var shown = stage.History.Ask(new HistoryQuery(user, day.AddDays(-UsageHistory.Days), day)).Total;
            Assert.Equal((mine.Count, mine.Sum(one => one.Record.PromptTokens), mine.Sum(Cost)), (shown.Requests, shown.PromptTokens, shown.Cost));
        }
    }

    private static DateOnly DayOf(UsageRecord record) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(Convert.ToInt64(record.Id.Substring(4, 12), 16)));

    private static long Tokens((DateOnly Day, UsageRecord Record) one) => one.Record.PromptTokens + one.Record.CompletionTokens;

    private static decimal Cost((DateOnly Day, UsageRecord Record) one) => one.Record.Cost ?? 0;
}
