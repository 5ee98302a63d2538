using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Testing;

public sealed class ManualTimeTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Advance_MovesWallClockAndTimestampTogether()
    {
        var (wall, stamp) = (_time.GetUtcNow(), _time.GetTimestamp());
        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(wall.AddSeconds(90), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(90), _time.GetElapsedTime(stamp));
    }

    [Fact]
    public void JumpWallClock_LeavesTimestampsAndTimersAlone()
    {
        var fired = false;
        using var timer = _time.CreateTimer(_ => fired = true, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var stamp = _time.GetTimestamp();
        _time.JumpWallClock(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, _time.GetElapsedTime(stamp));
        Assert.False(fired);
    }

    [Fact]
    public void Timers_FireInOrderOfDueTime_EachSeeingItsOwnMoment()
    {
        var start = _time.GetUtcNow();
        var seen = new List<string>();
        void Note(object? name) => seen.Add($"{name}@{(_time.GetUtcNow() - start).TotalSeconds}");
        using var late = _time.CreateTimer(Note, "late", TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var tick = _time.CreateTimer(Note, "tick", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(["tick@2", "tick@4", "late@5", "tick@6"], seen);
    }

    [Fact]
    public async Task Delay_ByThisClock_EndsOnlyWhenItIsAdvanced()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(3), _time, TestContext.Current.CancellationToken);
        await _time.UntilArmed();
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(delay.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await delay.OrHang();
    }

    [Fact]
    public void DisposedTimer_NeverFires()
    {
        var timer = _time.CreateTimer(_ => Assert.Fail("fired"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        timer.Dispose();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _time.ArmedTimers);
    }
}
