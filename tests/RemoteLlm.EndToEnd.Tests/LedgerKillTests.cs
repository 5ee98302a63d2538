using System.Globalization;
using System.Text.Json;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.EndToEnd.Tests.Ledger;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>
/// <c>kill -9</c> while keys are issued and usage is written: whatever was acknowledged is there, and counts once. <c>REMOTELLM_KILLS</c> says how often, <c>REMOTELLM_SEED</c> when.
/// </summary>
public sealed class LedgerKillTests
{
    private static readonly int s_kills = Draws.FromEnvironment("REMOTELLM_KILLS") ?? 12;
    [Fact]
    public async Task Killed_at_any_moment_it_has_all_that_it_acknowledged_and_counts_nothing_twice()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"REMOTELLM_SEED={Draws.Seed} REMOTELLM_KILLS={s_kills}");
        var random = new Random(Draws.Seed);
        using var folder = new TemporaryFolder();
        var child = new KilledChild(folder.Path);
        for (var kill = 0; kill < s_kills; kill++)
        {
            await child.RunOne(random, untilKey: kill % 3 == 2);
            Check(folder.Path, child, whole: false);
        }

        await using var open = await OpenLedger.In(folder.Path);
        CheckTotals(open, Check(folder.Path, child, whole: true));

        // All that was ever sent, once more.
        foreach (var batch in child.Sent.Values.Chunk(UsageBatch.MaxRecords))
            Assert.Empty((await open.Ledger.SettleAsync(OpenLedger.Connector, new UsageBatch(batch)).OrHang()).Refused);
        var records = Check(folder.Path, child, whole: true);
        Assert.Equal(child.Sent.Keys.Order(StringComparer.Ordinal), records.Keys.Order(StringComparer.Ordinal));
        CheckTotals(open, records);
        TestContext.Current.TestOutputHelper?.WriteLine($"{child.Settled.Count} records and {child.Keys.Count} keys acknowledged, {child.Sent.Count} records sent");
        Assert.NotEmpty(child.Keys);
        Assert.NotEmpty(child.Settled);
    }

    // All lines parse, but for a last one that was being written; each acknowledged record is there, as it was sent, and none twice.
    private static Dictionary<string, UsageRecord> Check(string folder, KilledChild child, bool whole)
    {
        var found = new Dictionary<string, UsageRecord>(StringComparer.Ordinal);
        foreach (var (_, file) in UsageFolder.Months(UsageFolder.In(folder)))
        {
            var text = File.ReadAllText(file);
            Assert.True(!whole || text.EndsWith('\n'), $"{file} does not end with a whole line");
            foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var json = JsonDocument.Parse(line).RootElement;
                var sent = child.Sent[json.GetProperty("id").GetString()!];
                Assert.Equal(
                    (sent.User, sent.PromptTokens, sent.CompletionTokens, sent.Cost),
                    (json.GetProperty("user").GetString(), json.GetProperty("prompt_tokens").GetInt64(), json.GetProperty("completion_tokens").GetInt64(), json.GetProperty("cost").GetDecimal()));
                Assert.True(found.TryAdd(sent.Id, sent), $"{sent.Id} is there twice");
            }
        }

        Assert.Empty(child.Settled.Except(found.Keys, StringComparer.Ordinal));
        var users = UsersFile.Parse(File.ReadAllText(Path.Combine(folder, UsersFile.Name)));
        Assert.NotNull(users.Content);
        Assert.All(child.Keys, key => Assert.True(users.Content.TryFind(ApiKey.Hash(key.Key), out var known) && known.User == key.User));
        return found;
    }

    private static void CheckTotals(OpenLedger open, Dictionary<string, UsageRecord> records)
    {
        foreach (var sums in records.Values.GroupBy(record => (record.User, Day: DayOf(record.Id))))
        {
            var spent = open.Totals.Of(sums.Key.User, sums.Key.Day);
            Assert.Equal((sums.Sum(record => record.PromptTokens + record.CompletionTokens), sums.Sum(record => record.Cost)), (spent.TokensToday, spent.CostToday));
        }
    }

    private static DateOnly DayOf(string id) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(Convert.ToInt64(id.Substring(4, 12), 16)));
}
