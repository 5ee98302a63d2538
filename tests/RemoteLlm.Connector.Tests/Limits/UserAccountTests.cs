using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Tests.Limits;

public sealed class UserAccountTests
{
    private readonly LimitStage _stage = new();

    [Fact]
    public void Limits_are_a_users_whatever_key_is_used()
    {
        var limits = new RequestLimits(60, 2);
        RosterEntry laptop = LimitStage.Entry("alice", limits), phone = laptop with { KeyName = "phone", Fingerprint = KeyDigest.Of("phone") };

        Assert.NotNull(_stage.Admit(laptop));
        Assert.NotNull(_stage.Admit(phone));
        Assert.Null(_stage.Admit(laptop));
        Assert.Null(_stage.Admit(phone));
        Assert.NotNull(_stage.Admit(LimitStage.Entry("bob", limits)));
        _stage.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(_stage.Admit(phone));
    }

    [Fact]
    public void A_user_of_the_LAN_port_is_another_one_than_the_brokers_of_the_same_name()
    {
        var limits = new RequestLimits(60, 1);
        Assert.NotNull(_stage.Admit(LimitStage.Entry("alice", limits)));
        Assert.NotNull(_stage.Admit(LimitStage.Entry("alice", RequestLimits.None) with { IsLocal = true }));
        Assert.Null(_stage.Admit(LimitStage.Entry("alice", limits)));
    }

    [Fact]
    public void A_changed_limit_holds_from_the_next_request_on()
    {
        Assert.NotNull(_stage.Admit(LimitStage.Entry("alice", new RequestLimits(60, 1))));
        Assert.Null(_stage.Admit(LimitStage.Entry("alice", new RequestLimits(60, 1))));

        Assert.NotNull(_stage.Admit(LimitStage.Entry("alice", new RequestLimits(60, 5))));
        Assert.NotNull(_stage.Admit(LimitStage.Entry("alice", new RequestLimits(0, 1))));
    }

    [Fact]
    public void A_request_that_came_under_older_limits_does_not_bring_them_back()
    {
        RosterEntry old = LimitStage.Entry("alice", new RequestLimits(0, 1)), now = LimitStage.Entry("alice", new RequestLimits(60, 2) { TokensPerMinute = 100 });
        using var slow = _stage.Accounts.Of(old).Enter(old, out _, out _)!;

        // Its body is on its way when the limits are lowered and used up.
        Assert.NotNull(_stage.Admit(now, LimitStage.Tokens(50, 50)));
        Assert.Equal("rate_limit_exceeded", slow.Reserve(old, LimitStage.Tokens(10, 0), out var figures)?.Code);
        Assert.Equal((100, 0), (figures.Limits.TokensPerMinute, figures.Tokens));
        Assert.Null(_stage.Admit(now, LimitStage.Tokens(10, 0)));
    }

    [Fact]
    public void What_a_request_takes_is_taken_and_given_back_where_it_entered()
    {
        var entry = LimitStage.Entry("alice", new RequestLimits(0, 1) { TokensPerMinute = 100 });
        var first = _stage.Accounts.Of(entry);
        // Between the look at its key and here the user went off the roster, and now is on it again.
        _stage.Roster.Apply(new RosterPush(1, null, [], [], []));
        var admission = first.Enter(entry, out _, out _)!;
        var second = _stage.Accounts.Of(entry);
        Assert.NotSame(first, second);

        Assert.Null(admission.Reserve(entry, LimitStage.Tokens(60, 40), out _));
        admission.Settle(100, 0, goesToLedger: false);

        Assert.Equal((0, 0), (first.Running, second.Running));
        Assert.NotNull(_stage.Admit(entry, LimitStage.Tokens(60, 40)));
    }

    [Fact]
    public void A_request_that_is_refused_has_taken_nothing()
    {
        var entry = LimitStage.Entry("alice", new RequestLimits(60, 2) { TokensPerMinute = 100, ConcurrentRequests = 3 });
        var first = _stage.Admit(entry, LimitStage.Tokens(50, 40))!;
        for (var i = 0; i < 100; i++)
            Assert.Null(_stage.Admit(entry, LimitStage.Tokens(10, 1)));

        // Neither the second request of the burst nor a place was lost by that.
        var second = _stage.Admit(entry, LimitStage.Tokens(5, 5));
        Assert.NotNull(second);
        first.Dispose();
        second.Dispose();
        Assert.Equal(0, _stage.Accounts.Of(entry).Running);
    }

    [Fact]
    public void The_wait_is_the_longest_of_all_limits_and_exact()
    {
        var entry = LimitStage.Entry("alice", new RequestLimits(60, 1) { TokensPerMinute = 60 });
        var account = _stage.Accounts.Of(entry);
        _stage.Admit(entry, LimitStage.Tokens(60, 0))!.Settle(60, 0, goesToLedger: false);
        _stage.Time.Advance(TimeSpan.FromSeconds(1));
        using var admission = account.Enter(entry, out _, out _)!;

        var refusal = account.Reserve(admission, entry, LimitStage.Tokens(30, 0), out _)!;
        Assert.Equal(("rate_limit_exceeded", TimeSpan.FromSeconds(29)), (refusal.Code, refusal.RetryAfter));
        _stage.Time.Advance(TimeSpan.FromSeconds(29) - TimeSpan.FromTicks(1));
        Assert.Equal(TimeSpan.FromTicks(1), account.Reserve(admission, entry, LimitStage.Tokens(30, 0), out _)!.RetryAfter);
        _stage.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(account.Reserve(admission, entry, LimitStage.Tokens(30, 0), out _));
    }

    [Fact]
    public void What_can_never_fit_is_told_so_and_is_not_to_be_tried_again()
    {
        var entry = LimitStage.Entry("alice", new RequestLimits(0, 1) { TokensPerMinute = 1000 });
        var account = _stage.Accounts.Of(entry);
        using var admission = account.Enter(entry, out _, out _)!;

        var refusal = account.Reserve(admission, entry, LimitStage.Tokens(100, 32_000), out _)!;
        Assert.Equal((429, "rate_limit_exceeded", false), (refusal.Status, refusal.Code, refusal.ShouldRetry));
        Assert.Contains("32100 tokens", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("max_tokens", refusal.Message, StringComparison.Ordinal);
        // Without a limit of the client's it may use less than is typical.
        Assert.Null(account.Reserve(admission, entry, LimitStage.Tokens(100, 32_000, isLimit: false), out var figures));
        Assert.Equal(0, figures.Tokens);
    }

    [Fact]
    public void Tokens_are_reserved_by_the_estimate_and_settled_to_what_was_used()
    {
        var entry = LimitStage.Entry("alice", new RequestLimits(0, 1) { TokensPerMinute = 6000 });
        var account = _stage.Accounts.Of(entry);
        using var admission = account.Enter(entry, out _, out _)!;
        account.Reserve(admission, entry, LimitStage.Tokens(500, 1500), out var figures);
        Assert.Equal(4000, figures.Tokens);
        admission.Settle(1500, 0, goesToLedger: false);
        admission.Settle(0, 0, goesToLedger: false);

        using var next = account.Enter(entry, out _, out figures)!;
        Assert.Equal(4500, figures.Tokens);
        // 9,000 beyond what was reserved are owed.
        account.Reserve(next, entry, LimitStage.Tokens(500, 0), out _);
        next.Settle(9500, 0, goesToLedger: false);
        using var last = account.Enter(entry, out _, out _)!;
        Assert.Equal(TimeSpan.FromSeconds((9500 - 4500 + 1000) / 100.0), account.Reserve(last, entry, LimitStage.Tokens(1000, 0), out _)!.RetryAfter);
    }

    [Fact]
    public void No_more_run_than_may_and_a_place_is_given_back_once()
    {
        var entry = LimitStage.Entry("alice", new RequestLimits(0, 1) { ConcurrentRequests = 2 });
        var first = _stage.Admit(entry)!;
        Assert.NotNull(_stage.Admit(entry));
        Assert.Null(_stage.Accounts.Of(entry).Enter(entry, out var refusal, out _));
        Assert.Equal("concurrency_limit", refusal!.Code);
        first.Dispose();
        first.Settle(5, 0, goesToLedger: true);
        first.Dispose();

        Assert.NotNull(_stage.Admit(entry));
        Assert.Null(_stage.Admit(entry));
    }

    [Fact]
    public void A_user_who_leaves_the_roster_leaves_no_account_once_nothing_runs()
    {
        var (alice, bob) = (LimitStage.Entry("alice", RequestLimits.Default), LimitStage.Entry("bob", RequestLimits.Default));
        _stage.Admit(alice)!.Dispose();
        var running = _stage.Admit(bob)!;
        _stage.Roster.Apply(new Roster(2, []).ToPush());
        Assert.Equal(1, _stage.Accounts.Count);
        running.Dispose();
        _stage.Roster.Apply(new Roster(3, []).ToPush());

        Assert.Equal(0, _stage.Accounts.Count);
    }
}
