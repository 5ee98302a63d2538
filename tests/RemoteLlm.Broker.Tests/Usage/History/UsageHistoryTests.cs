using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Usage.History;

public sealed class UsageHistoryTests
{
    private readonly ManualTime _time = new();

    private DateOnly Today => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    [Fact]
    public void Requests_are_summed_up_by_day_model_and_key()
    {
        var history = new UsageHistory(_time);
        history.Add(Entry("alice", model: "llama", key: "laptop") with { PromptTokens = 10, CachedTokens = 4, CompletionTokens = 5, Cost = 0.1m, FirstTokenMs = 100 });
        history.Add(Entry("alice", model: "llama", key: "desk") with { PromptTokens = 1, CompletionTokens = 1, Outcome = UsageOutcome.Failed, FirstTokenMs = 300 });
        history.Add(Entry("alice", daysAgo: 2, model: "qwen", key: "desk") with { PromptTokens = 100, CompletionTokens = 50, Outcome = UsageOutcome.Stopped });
        history.Add(Entry("bob") with { PromptTokens = 7 });

        var report = history.Ask(new HistoryQuery("Alice", Today.AddDays(-6), Today));

        Assert.Equal(3, report.Total.Requests);
        Assert.Equal((111, 4, 56, 1, 0.1m), (report.Total.PromptTokens, report.Total.CachedTokens, report.Total.CompletionTokens, report.Total.Errors, report.Total.Cost));
        Assert.Equal(1, report.Total.Stopped);
        Assert.Equal(200, report.Total.FirstTokenMean);
        Assert.Equal([0, 0, 0, 0, 1, 0, 2], report.Days.Select(day => day.Figures.Requests));
        Assert.Equal(["qwen", "llama"], report.Models.Select(model => model.Name));
        Assert.Equal([("desk", 2), ("laptop", 1)], report.Keys.Select(key => (key.Key.Name, key.Figures.Requests)));
        Assert.Empty(report.Users);
    }

    [Fact]
    public void Everybody_is_told_apart_by_user()
    {
        var history = new UsageHistory(_time);
        history.Add(Entry("alice") with { PromptTokens = 1 });
        history.Add(Entry("bob") with { PromptTokens = 2 });
        history.Add(Entry("BOB") with { PromptTokens = 2 });

        var report = history.Ask(new HistoryQuery(null, Today, Today));

        Assert.Equal([("bob", 2), ("alice", 1)], report.Users.Select(user => (user.User.Name, user.Figures.Requests)));
        Assert.Empty(report.Keys);
    }

    [Fact]
    public void A_question_may_be_about_one_model_or_key()
    {
        var history = new UsageHistory(_time);
        history.Add(Entry("alice", model: "llama", key: "desk"));
        history.Add(Entry("alice", model: "llama", key: "laptop"));
        history.Add(Entry("alice", model: "qwen", key: "laptop"));
        var all = new HistoryQuery("alice", Today, Today);

        Assert.Equal(2, history.Ask(all with { Model = "llama" }).Total.Requests);
        Assert.Equal(2, history.Ask(all with { Key = new HistoryKey(null, "laptop") }).Total.Requests);
        Assert.Equal(1, history.Ask(all with { Model = "llama", Key = new HistoryKey(null, "laptop") }).Total.Requests);
    }

    [Fact]
    public void What_is_older_than_it_shows_is_not_taken_and_goes_with_its_month()
    {
        var history = new UsageHistory(_time);
        history.Add(Entry("alice", daysAgo: UsageHistory.Days));
        Assert.Equal(0, history.Count);
        history.Add(Entry("alice", daysAgo: UsageHistory.Days - 1));
        Assert.Equal(1, history.Count);

        _time.Advance(TimeSpan.FromDays(63));
        history.Add(Entry("alice"));

        Assert.Equal(1, history.Count);
        Assert.Equal(Today.AddDays(1 - UsageHistory.Days), history.First);
    }

    [Fact]
    public void Beyond_the_bound_the_oldest_days_are_forgotten_and_it_says_from_when_on_it_knows()
    {
        var history = new UsageHistory(_time, maxCells: 30);
        for (var ago = 59; ago >= 0; ago--)
            history.Add(Entry("alice", daysAgo: ago));

        Assert.Equal(30, history.Count);
        Assert.Equal(Today.AddDays(-29), history.First);
        history.Add(Entry("alice", daysAgo: 40));
        Assert.Equal(30, history.Ask(new HistoryQuery("alice", history.First.AddDays(-20), Today)).Total.Requests);
    }

    [Fact]
    public void A_day_with_countless_models_takes_no_more_room_than_its_bound_and_loses_nothing()
    {
        var history = new UsageHistory(_time);
        for (var model = 0; model < 1000; model++)
            history.Add(Entry("alice", model: $"model-{model}"));

        Assert.Equal(UserMonth.MaxCellsOfDay + 1, history.Count);
        Assert.Equal(1000, history.Ask(new HistoryQuery("alice", Today, Today)).Total.Requests);
    }

    [Fact]
    public void The_last_use_of_a_key_is_known_to_the_millisecond()
    {
        var history = new UsageHistory(_time);
        var laptop = new KnownKey("key_1", "laptop", 0);
        Assert.Null(history.LastUsed("alice", laptop));
        history.Add(Entry("alice", daysAgo: 40));
        history.Add(Entry("alice"));
        history.Add(Entry("alice", daysAgo: 3));

        Assert.Equal(_time.GetUtcNow(), history.LastUsed("ALICE", laptop));
        Assert.Null(history.LastUsed("alice", laptop with { Name = "desk" }));
    }

    [Fact]
    public void A_percentile_is_right_to_within_its_class()
    {
        var figures = default(HistoryFigures);
        for (var request = 1; request <= 1000; request++)
            figures.Add(Entry("alice") with { FirstTokenMs = request });

        Assert.InRange(figures.FirstTokenP95!.Value, 900, 1000);
        Assert.Equal(500.5, figures.FirstTokenMean);
        Assert.Null(default(HistoryFigures).FirstTokenP95);
    }

    [Fact]
    public async Task A_restart_finds_what_was_settled_and_the_earlier_months()
    {
        await using var stage = new LedgerStage();
        await stage.Open();
        await stage.Settle(stage.Record() with { FirstTokenMs = 80 });
        var old = stage.Time.GetUtcNow().AddDays(-61);
        using (var writer = new UsageLineWriter())
        {
            var lines = new System.Buffers.ArrayBufferWriter<byte>();
            writer.Write(lines, stage.Record(at: old) with { Time = old });
            await File.WriteAllBytesAsync(stage.PathOf("2025-09"), lines.WrittenSpan.ToArray(), TestContext.Current.CancellationToken);
        }

        var before = stage.History.Ask(new HistoryQuery("alice", Today, Today)).Total;
        await stage.Reopen();
        await stage.Ledger.HistoryRead.OrHang();

        Assert.Equal((1, 80.0), (before.Requests, before.FirstTokenMean));
        var total = stage.History.Ask(new HistoryQuery("alice", Today.AddDays(-61), Today));
        Assert.Equal((2, 80.0), (total.Total.Requests, total.Total.FirstTokenMean));
        Assert.Equal(1, total.Days[0].Figures.Requests);
    }

    private HistoryEntry Entry(string user, int daysAgo = 0, string model = "llama", string key = "laptop") => new(user, _time.GetUtcNow().AddDays(-daysAgo), model, key);
}
