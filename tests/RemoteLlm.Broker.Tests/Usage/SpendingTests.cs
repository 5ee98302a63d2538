using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Usage;

public sealed class SpendingTests : IAsyncDisposable
{
    private readonly LedgerStage _stage = new(LedgerStage.Moment("2025-11-29T10:00:00Z"));
    private readonly List<IReadOnlySet<string>?> _changes = [];

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task Sums_are_of_day_and_month_and_of_those_who_have_a_budget()
    {
        await Open();
        await _stage.Settle(_stage.Record(cost: 0.1m), _stage.Record("carol"));
        _stage.Time.Advance(TimeSpan.FromDays(1));

        var receipt = await _stage.Settle(_stage.Record(cost: 0.2m), _stage.Record("ALICE", cost: 0.3m), _stage.Record("carol"));

        var spent = Assert.Single(receipt.Spending);
        Assert.Equal(("alice", new DateOnly(2025, 11, 30), 30, 45, 0.5m, 0.6m), (spent.User, spent.Day, spent.TokensToday, spent.TokensThisMonth, spent.CostToday, spent.CostThisMonth));
        Assert.Equal(["alice", "bob"], _stage.Ledger.Spending().Users.Select(user => user.User).Order());
        Assert.True(_stage.Ledger.Spending().Whole);
        Assert.Empty(_stage.Ledger.SpendingOf(new HashSet<string> { "carol", "nobody" }).Users);
    }

    [Fact]
    public async Task They_are_the_same_after_a_restart_and_versions_only_grow()
    {
        await Open();
        await _stage.Settle(_stage.Record(cost: 0.1m), _stage.Record("bob"));
        var before = _stage.Ledger.Spending();
        _stage.Time.Advance(TimeSpan.FromSeconds(1));
        await _stage.Reopen();

        var after = _stage.Ledger.Spending();
        Assert.Equal(before.Users.Select(user => user with { Version = 0 }), after.Users.Select(user => user with { Version = 0 }));
        Assert.All(before.Users.Zip(after.Users), pair => Assert.True(pair.First.Version < pair.Second.Version));
        Assert.True(after.Users[0].Version < _stage.Spent("alice").Version);
    }

    [Fact]
    public async Task Who_is_interested_hears_of_users_with_a_budget_whose_figures_changed()
    {
        await Open();
        var record = _stage.Record();

        await _stage.Settle(record, _stage.Record("carol"));
        await _stage.Settle(record);
        await _stage.Settle(_stage.Record("bob"), _stage.Record());

        Assert.Equal(["alice", "alice, bob"], _changes.Select(users => string.Join(", ", users!.Order(StringComparer.Ordinal))));
    }

    [Fact]
    public async Task Midnight_of_utc_begins_a_day_and_all_hear_of_it()
    {
        await Open();
        await _stage.Settle(_stage.Record());
        _changes.Clear();

        _stage.Time.Advance(TimeSpan.FromHours(14) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_changes);
        _stage.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(Assert.Single(_changes));
        Assert.Equal((0, 15), (_stage.Spent("alice").TokensToday, _stage.Spent("alice").TokensThisMonth));
        _stage.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal((0, 0), (_stage.Spent("alice").TokensToday, _stage.Spent("alice").TokensThisMonth));
        Assert.Equal(2, _changes.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_is_set_is_noticed_within_a_minute(int days)
    {
        await Open();

        _stage.Time.JumpWallClock(TimeSpan.FromDays(days));
        _stage.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(Assert.Single(_changes));
    }

    [Fact]
    public async Task Who_gets_a_budget_has_figures_from_that_moment_on()
    {
        await Open();
        await _stage.Settle(_stage.Record("dave"));
        _stage.Budgets["dave"] = new Budget(10, 0, 0, 0);
        await _stage.WatchUsers();
        _stage.WriteUsers("alice", "dave");

        await _stage.RefreshUsers();

        Assert.Equal(["dave"], Assert.Single(_changes)!);
        Assert.Equal(15, _stage.Spent("dave").TokensToday);
        Assert.Empty(_stage.Ledger.SpendingOf(new HashSet<string> { "bob" }).Users);
    }

    [Fact]
    public async Task Whose_name_is_written_otherwise_is_told_under_the_name_that_connectors_have_now()
    {
        await Open();
        await _stage.Settle(_stage.Record());
        _changes.Clear();
        _stage.Budgets["Alice"] = _stage.Budgets["alice"];
        await _stage.WatchUsers();
        _stage.WriteUsers("Alice");

        await _stage.RefreshUsers();

        Assert.Equal(["Alice"], Assert.Single(_changes)!);
        Assert.Equal(("Alice", 15), (_stage.Spent("alice").User, _stage.Spent("alice").TokensToday));
    }

    [Fact]
    public async Task One_who_throws_costs_nobody_a_receipt()
    {
        await Open();
        _stage.Ledger.SpendingChanged += _ => throw new InvalidOperationException("no");

        Assert.Empty((await _stage.Settle(_stage.Record())).Refused);
        Assert.Empty((await _stage.Settle(_stage.Record())).Refused);
    }

    [Theory]
    [InlineData(999, 0, null, null)]
    [InlineData(1000, 0, "tokens per day", "2025-11-30T00:00:00Z")]
    [InlineData(1, 1, "cost per day", "2025-11-30T00:00:00Z")]
    [InlineData(5000, 0, "tokens per month", "2025-12-01T00:00:00Z")]
    [InlineData(5000, 6, "tokens per month", "2025-12-01T00:00:00Z")]
    [InlineData(1, 5, "cost per month", "2025-12-01T00:00:00Z")]
    public async Task Who_has_spent_a_budget_is_refused_until_it_is_renewed(int tokens, int cost, string? budget, string? renewed)
    {
        await Open();
        await _stage.Settle(_stage.Record(prompt: tokens, completion: 0, cost: cost));

        var refusal = _stage.Gate.Refusal("Alice");

        Assert.Null(_stage.Gate.Refusal("carol"));
        if (budget is null)
        {
            Assert.Null(refusal);
            return;
        }

        Assert.Equal((429, "insufficient_quota", false), (refusal!.Status, refusal.Code, refusal.ShouldRetry));
        Assert.Contains(budget, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(renewed!, refusal.Message, StringComparison.Ordinal);
        _stage.Time.Advance(refusal.RetryAfter!.Value - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(_stage.Gate.Refusal("alice"));
        _stage.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(_stage.Gate.Refusal("alice"));
    }

    private async Task Open()
    {
        await _stage.Open();
        _stage.Ledger.SpendingChanged += _changes.Add;
    }
}
