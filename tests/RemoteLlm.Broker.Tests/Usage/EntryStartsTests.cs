using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Usage;

/// <summary>Whoever gets the name of a user who was removed has used nothing yet.</summary>
public sealed class EntryStartsTests : IAsyncDisposable
{
    private static readonly DateTimeOffset s_now = LedgerStage.Moment("2025-11-30T10:00:00Z");

    private readonly LedgerStage _stage = new(s_now);

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_takes_a_freed_name_is_neither_shown_nor_charged_what_was_used_before_on_the_same_day(bool restart)
    {
        await Open(made: s_now.AddDays(-20));
        await Use(prompt: 900, completion: 100);
        Assert.NotNull(_stage.Gate.Refusal("alice"));

        var late = _stage.Record(prompt: 30, completion: 0);
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        await Write(made: null, "bob");
        await Write(made: _stage.Time.GetUtcNow());
        if (restart)
            await _stage.Reopen();

        AssertUsed(0, 0);
        Assert.Null(_stage.History.LastUsed("alice"));
        Assert.Empty(_stage.History.Rows(Question("alice")));
        Assert.Null(_stage.Gate.Refusal("alice"));

        // What the former one's connector tells late is his all the same.
        await _stage.Settle(late);
        AssertUsed(0, 0);
        await Use(prompt: 5, completion: 1);
        AssertUsed(1, 6);
        Assert.Equal([("alice", true, 930L), ("alice", false, 5L)], _stage.History.Ask(Question(null)).Users.Select(sum => (sum.User.Name, sum.User.IsFormer, sum.Figures.PromptTokens)));
        Assert.Equal(935, _stage.History.Ask(Question(null)).Total.PromptTokens);
        await _stage.Reopen();
        AssertUsed(1, 6);
    }

    [Fact]
    public async Task An_entry_that_is_put_back_as_it_was_has_used_what_it_had()
    {
        await Open(made: s_now.AddDays(-20));
        await Use(prompt: 900, completion: 100);
        await Write(made: null, "bob");
        await Write(made: s_now.AddDays(-20));

        AssertUsed(1, 1000);
        Assert.NotNull(_stage.Gate.Refusal("alice"));
    }

    [Fact]
    public async Task Connectors_are_told_of_the_new_ones_budget_also_where_both_changes_were_one()
    {
        await Open(made: s_now.AddDays(-20));
        await Use(prompt: 900, completion: 100);
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        var told = new TaskCompletionSource<IReadOnlySet<string>?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _stage.Ledger.SpendingChanged += users => told.TrySetResult(users);

        await Write(made: _stage.Time.GetUtcNow());

        Assert.Equal(["alice"], await told.Task.OrHang());
        Assert.Equal(0, _stage.Spent("alice").TokensThisMonth);
    }

    [Theory]
    [InlineData(null, false, 0)]
    [InlineData(-5, false, -5)]
    [InlineData(5, false, 0)]
    [InlineData(-5, true, 0)]
    public void A_start_that_is_unknown_to_come_or_later_than_a_key_of_the_environment_is_none(int? made, bool environment, int expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("users.yaml", "users:\n" + Entry("alice", made is { } minutes ? s_now.AddMinutes(minutes) : null));
        var keys = EnvironmentKeys.Parse(environment ? $"alice:sk-{new string('e', 40)}" : "", out _);
        var files = new AccessFiles(new AccessFilesOptions(folder.Path, RequestLimits.Default, keys), _stage.Time, NullLogger<AccessFiles>.Instance);
        Assert.Null(files.Load());

        Assert.Equal(expected == 0 ? 0 : s_now.AddMinutes(expected).ToUnixTimeMilliseconds(), new EntryStarts(files, _stage.Time).Of("ALICE"));
        Assert.Equal(0, new EntryStarts(files, _stage.Time).Of("nobody"));
    }

    private void AssertUsed(int requests, long tokens)
    {
        var total = _stage.History.Ask(Question("alice")).Total;
        Assert.Equal((requests, tokens), (total.Requests, total.PromptTokens + total.CompletionTokens));
        Assert.Equal((tokens, tokens), (_stage.Spent("alice").TokensToday, _stage.Spent("alice").TokensThisMonth));
    }

    private HistoryQuery Question(string? user)
    {
        var today = DateOnly.FromDateTime(_stage.Time.GetUtcNow().UtcDateTime);
        return new HistoryQuery(user, today.AddDays(-30), today);
    }

    private async Task Open(DateTimeOffset made)
    {
        await _stage.WatchUsers();
        await Write(made);
        await _stage.Open();
    }

    private Task Write(DateTimeOffset? made, string name = "alice")
    {
        _stage.WriteUsersText("users:\n" + Entry(name, made));
        return _stage.RefreshUsers();
    }

    private static string Entry(string name, DateTimeOffset? made) =>
        $"  - gitlab_username: {name}\n    api_key: sk-{new string('a', 40)}\n{(made is null ? "" : $"    created_at: {made:yyyy-MM-dd'T'HH:mm:ss'Z'}\n")}";

    private Task<UsageReceipt> Use(long prompt, long completion) => _stage.Settle(_stage.Record(prompt: prompt, completion: completion));
}
