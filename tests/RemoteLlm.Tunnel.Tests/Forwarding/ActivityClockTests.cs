using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Tunnel.Tests.Forwarding;

public sealed class ActivityClockTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Every_allowance_starts_anew()
    {
        using var clock = new ActivityClock(_time, CancellationToken.None);
        for (var i = 0; i < 10; i++)
        {
            clock.Allow(TimeSpan.FromSeconds(10));
            _time.Advance(TimeSpan.FromSeconds(9));
        }

        Assert.False(clock.Expired);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(clock is { Expired: true, ClientGone: false, Token.IsCancellationRequested: true });
    }

    [Fact]
    public async Task What_is_withdrawn_ends_for_good_and_nobody_is_to_blame()
    {
        using var clock = new ActivityClock(_time, CancellationToken.None);
        var told = new TaskCompletionSource();
        await using var registration = clock.Token.Register(told.SetResult);

        clock.Withdraw();
        clock.Withdraw();

        Assert.True(clock is { Withdrawn: true, Expired: false, ClientGone: false, Side: ForwardSide.None, Token.IsCancellationRequested: true });
        await told.Task.OrHang();
    }

    [Fact]
    public void One_that_begins_anew_stays_withdrawn_and_one_that_is_over_takes_no_notice()
    {
        using var clock = new ActivityClock(_time, CancellationToken.None);
        clock.Allow(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        clock.Withdraw();

        clock.Restart();

        Assert.True(clock is { Withdrawn: true, Expired: false, Token.IsCancellationRequested: true });
        var over = new ActivityClock(_time, CancellationToken.None);
        over.Dispose();
        over.Withdraw();
        Assert.False(over.Withdrawn);
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        using var clock = new ActivityClock(_time, CancellationToken.None);
        clock.Allow(TimeSpan.FromSeconds(1));
        clock.Allow(TimeSpan.Zero);

        _time.Advance(TimeSpan.FromDays(365));

        Assert.False(clock.Token.IsCancellationRequested);
    }

    [Fact]
    public void One_that_has_expired_can_begin_anew()
    {
        using var client = new CancellationTokenSource();
        using var clock = new ActivityClock(_time, client.Token);
        clock.Allow(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        clock.Restart();

        _time.Advance(TimeSpan.FromDays(1));
        Assert.True(clock is { Expired: false, Token.IsCancellationRequested: false });
        clock.Allow(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(clock is { Expired: true, Side: ForwardSide.UpstreamSilent });
        clock.Restart();
        client.Cancel();
        Assert.True(clock is { ClientGone: true, Token.IsCancellationRequested: true });
    }

    [Fact]
    public void A_client_that_leaves_cancels_without_expiring()
    {
        using var gone = new CancellationTokenSource();
        using var clock = new ActivityClock(_time, gone.Token);

        gone.Cancel();

        Assert.True(clock is { Expired: false, ClientGone: true, Token.IsCancellationRequested: true });
    }

    [Fact]
    public void Disposal_leaves_no_timer()
    {
        var clock = new ActivityClock(_time, CancellationToken.None);
        clock.Allow(TimeSpan.FromSeconds(1));

        clock.Dispose();

        Assert.Equal(0, _time.ArmedTimers);
    }
}
