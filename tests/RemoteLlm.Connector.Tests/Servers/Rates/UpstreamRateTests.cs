using RemoteLlm.Connector.Servers.Rates;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Rates;

public sealed class UpstreamRateTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_burst_is_a_sixth_of_the_limit_and_the_rest_comes_evenly()
    {
        var rate = new UpstreamRate(60, 0, _time);
        for (var i = 0; i < 10; i++)
            Assert.True(rate.TryTake(0, out _, out _));

        Assert.False(rate.TryTake(0, out _, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(1), wait);
        Assert.Equal(wait, rate.Check(0));
        _time.Advance(wait);
        Assert.Equal(TimeSpan.Zero, rate.Check(0));
        Assert.True(rate.TryTake(0, out _, out _));
        Assert.False(rate.TryTake(0, out _, out _));
    }

    [Fact]
    public void One_request_a_minute_is_one()
    {
        var rate = new UpstreamRate(1, 0, _time);
        Assert.True(rate.TryTake(0, out _, out _));

        Assert.InRange(rate.Check(0), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61));
        _time.Advance(rate.Check(0));
        Assert.True(rate.TryTake(0, out _, out _));
    }

    [Fact]
    public void A_prompt_may_be_all_of_a_minutes_tokens_and_the_next_waits_for_it()
    {
        var rate = new UpstreamRate(0, 1_000, _time);
        Assert.True(rate.TryTake(900, out _, out _));

        Assert.True(rate.TryTake(100, out _, out _));
        Assert.False(rate.TryTake(1, out _, out var wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61));
        Assert.Equal(TimeSpan.Zero, rate.Check(0));
    }

    [Fact]
    public void A_request_of_more_than_a_minutes_tokens_goes_alone()
    {
        var rate = new UpstreamRate(0, 1_000, _time);
        Assert.True(rate.TryTake(5_000, out _, out _));

        Assert.True(rate.Check(5_000) > TimeSpan.FromSeconds(60));
        _time.Advance(rate.Check(5_000));
        Assert.True(rate.TryTake(long.MaxValue / 2, out _, out _));
        Assert.True(rate.Check(long.MaxValue) > TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void What_was_not_used_is_given_back_and_what_was_used_beyond_is_owed()
    {
        var rate = new UpstreamRate(0, 1_000, _time);
        Assert.True(rate.TryTake(1_000, out var first, out _));
        _time.Advance(TimeSpan.FromSeconds(30));
        rate.Settle(first, 400);
        Assert.True(rate.TryTake(600, out var second, out _));
        rate.Settle(second, 700);

        Assert.InRange(rate.Check(300), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
        Assert.InRange(rate.Check(301), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61));
    }

    [Fact]
    public void What_a_long_request_did_not_use_is_not_taken_from_others()
    {
        var rate = new UpstreamRate(0, 1_000, _time);
        Assert.True(rate.TryTake(1_000, out var old, out _));
        _time.Advance(TimeSpan.FromSeconds(122));
        Assert.True(rate.TryTake(1_000, out _, out _));
        rate.Settle(old, 0);

        Assert.NotEqual(TimeSpan.Zero, rate.Check(1));
    }

    [Fact]
    public void A_server_that_answered_429_rests_as_long_as_it_asks()
    {
        var rate = new UpstreamRate(0, 0, _time);
        Assert.Equal(TimeSpan.Zero, rate.RestLeft);

        rate.Rest(null);
        Assert.Equal(TimeSpan.FromSeconds(5), rate.RestLeft);
        rate.Rest(TimeSpan.FromSeconds(20));
        rate.Rest(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(20), rate.RestLeft);
        // The limits are another matter: a lone server is asked all the same.
        Assert.True(rate.TryTake(long.MaxValue, out _, out _));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.Zero, rate.RestLeft);
        rate.Rest(TimeSpan.MaxValue);
        Assert.Equal(TimeSpan.FromMinutes(10), rate.RestLeft);
    }

    [Fact]
    public void Changed_limits_know_what_was_taken()
    {
        var rate = new UpstreamRate(0, 0, _time);
        for (var i = 0; i < 100; i++)
            Assert.True(rate.TryTake(10, out _, out _));

        rate.Reconfigure(50, 0);
        Assert.True(rate.Check(0) > TimeSpan.FromSeconds(60));
        rate.Reconfigure(0, 1_000);
        Assert.Equal(TimeSpan.Zero, rate.Check(0));
        Assert.True(rate.Check(1) > TimeSpan.FromSeconds(60));
        rate.Reconfigure(0, 2_000);
        Assert.Equal(TimeSpan.Zero, rate.Check(1_000));
    }
}
