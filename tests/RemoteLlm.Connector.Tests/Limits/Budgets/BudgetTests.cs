using RemoteLlm.Connector.Limits;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Tests.Limits.Budgets;

public sealed class BudgetTests
{
    private static readonly Budget s_daily = new(1000, 0, 0, 0);

    private readonly LimitStage _stage = new();
    private readonly RosterEntry _alice = LimitStage.Entry("alice", RequestLimits.None, s_daily);
    private long _version;

    [Fact]
    public void What_runs_what_waits_for_the_ledger_and_what_it_has_count_together()
    {
        Spent(tokens: 400);
        var running = _stage.Admit(_alice, LimitStage.Tokens(100, 200))!;
        _stage.Admit(_alice, LimitStage.Tokens(100, 100))!.Settle(250, 0, goesToLedger: true);

        // 400 + 300 + 250 of 1,000.
        Assert.Null(_stage.Admit(_alice, LimitStage.Tokens(51, 0)));
        Assert.NotNull(_stage.Admit(_alice, LimitStage.Tokens(50, 0)));
        Assert.NotNull(running);
    }

    [Fact]
    public void A_record_that_the_ledger_takes_counts_once()
    {
        _stage.Admit(_alice, LimitStage.Tokens(100, 500))!.Settle(600, 0, goesToLedger: true);
        Assert.Equal(400, Left());
        _stage.Accounts.Settled([Record("alice", 600)], [Of(600)]);

        Assert.Equal(400, Left());
    }

    [Fact]
    public void What_an_earlier_process_left_counts_until_the_ledger_has_it()
    {
        _stage.Accounts.Awaits(Record("alice", 300));
        Assert.Equal(700, Left());
        _stage.Accounts.Settled([Record("alice", 300)], [Of(300)]);
        Assert.Equal(700, Left());
    }

    [Fact]
    public void A_record_that_the_ledger_refuses_counts_no_more()
    {
        _stage.Admit(_alice, LimitStage.Tokens(100, 500))!.Settle(600, 0, goesToLedger: true);
        _stage.Accounts.Settled([Record("alice", 600)], []);

        Assert.Equal(1000, Left());
    }

    [Fact]
    public void A_budget_that_is_spent_is_refused_at_the_head_until_the_day_is_over_by_the_brokers_clock()
    {
        var midnight = new DateTimeOffset(2026, 2, 28, 0, 0, 0, TimeSpan.Zero).AddDays(1);
        _stage.Accounts.Apply(new SpendingUpdate(midnight.AddMinutes(-10), Whole: true, [new UserSpending("alice", 1, new DateOnly(2026, 2, 28), 1000, 1000, 0, 0)]));

        Assert.Null(_stage.Accounts.Of(_alice).Enter(_alice, out var refusal, out _));
        Assert.Equal(("insufficient_quota", false, TimeSpan.FromMinutes(10)), (refusal!.Code, refusal.ShouldRetry, refusal.RetryAfter));
        Assert.Contains("2026-03-01T00:00:00Z", refusal.Message, StringComparison.Ordinal);
        _stage.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull(_stage.Admit(_alice, LimitStage.Tokens(1000, 0)));
    }

    [Fact]
    public void A_month_outlives_its_days()
    {
        var entry = LimitStage.Entry("alice", RequestLimits.None, new Budget(0, 1000, 0, 0));
        _stage.Accounts.Apply(new SpendingUpdate(new DateTimeOffset(2026, 4, 29, 12, 0, 0, TimeSpan.Zero), Whole: true, [new UserSpending("alice", 1, new DateOnly(2026, 4, 29), 0, 1000, 0, 0)]));
        _stage.Time.Advance(TimeSpan.FromDays(1));
        Assert.Null(_stage.Admit(entry));
        _stage.Time.Advance(TimeSpan.FromDays(1));
        Assert.NotNull(_stage.Admit(entry));
    }

    [Fact]
    public void Where_day_and_month_are_spent_the_wait_is_the_months()
    {
        var entry = LimitStage.Entry("alice", RequestLimits.None, new Budget(100, 100, 0, 0));
        Spent(tokens: 100);

        Assert.Null(_stage.Accounts.Of(entry).Enter(entry, out var refusal, out _));
        Assert.Contains("tokens per month", refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2025, 12, 1, 0, 0, 0, TimeSpan.Zero) - _stage.Time.GetUtcNow(), refusal.RetryAfter);
    }

    [Fact]
    public void What_is_left_but_too_little_is_told_as_that()
    {
        Spent(tokens: 900);
        var account = _stage.Accounts.Of(_alice);
        using var admission = account.Enter(_alice, out _, out _)!;

        var refusal = account.Reserve(admission, _alice, LimitStage.Tokens(50, 4000), out _)!;
        Assert.Equal("insufficient_quota", refusal.Code);
        Assert.Contains("100 left", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("4050", refusal.Message, StringComparison.Ordinal);
        // One that sets no limit of its own has all that is left.
        Assert.Null(account.Reserve(admission, _alice, LimitStage.Tokens(50, 4000, isLimit: false), out var figures));
        Assert.Equal(0, figures.Left.TokensToday);
    }

    [Fact]
    public void Money_is_a_budget_too()
    {
        var entry = LimitStage.Entry("alice", RequestLimits.None, new Budget(0, 0, 1.5m, 0));
        var first = _stage.Admit(entry, LimitStage.Tokens(10, 10, cost: 1m))!;
        Assert.Null(_stage.Admit(entry, LimitStage.Tokens(10, 10, cost: 1m)));
        first.Settle(20, 0.25m, goesToLedger: true);

        Assert.NotNull(_stage.Admit(entry, LimitStage.Tokens(10, 10, cost: 1.25m)));
        Assert.Null(_stage.Admit(entry));
    }

    [Fact]
    public void Of_two_figures_the_later_counts_in_whichever_order_they_come()
    {
        _stage.Accounts.Apply(new SpendingUpdate(_stage.Time.GetUtcNow(), Whole: false, [Of(700) with { Version = 7 }]));
        _stage.Accounts.Apply(new SpendingUpdate(_stage.Time.GetUtcNow(), Whole: false, [Of(100) with { Version = 6 }]));
        Assert.Equal(300, Left());
        // Another broker process begins to count anew.
        _stage.Accounts.Apply(new SpendingUpdate(_stage.Time.GetUtcNow(), Whole: true, [Of(800) with { Version = 1 }]));
        Assert.Equal(200, Left());
        _stage.Accounts.Apply(new SpendingUpdate(_stage.Time.GetUtcNow(), Whole: true, []));
        Assert.Equal(1000, Left());
    }

    private long Left()
    {
        _stage.Accounts.Of(_alice).Enter(_alice, out _, out var figures)?.Dispose();
        return figures.Left.TokensToday!.Value;
    }

    private void Spent(long tokens) => _stage.Accounts.Apply(new SpendingUpdate(_stage.Time.GetUtcNow(), Whole: true, [Of(tokens)]));

    private UserSpending Of(long tokens) => new("alice", ++_version, DateOnly.FromDateTime(_stage.Time.GetUtcNow().UtcDateTime), tokens, tokens, 0, 0);

    private static UsageRecord Record(string user, long tokens) => new($"req_{Guid.CreateVersion7():N}", user, "laptop", "chat", "llama3") { PromptTokens = tokens };
}
