using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class TokenBucketTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void A_new_bucket_gives_its_burst_and_then_one_an_interval()
    {
        var bucket = new TokenBucket(new RequestLimits(60, 10), Second);

        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(bucket.TryTake(5, out var _)));
        Assert.False(bucket.TryTake(5, out var wait));
        Assert.Equal(Second, wait);
        Assert.False(bucket.TryTake(5 + Second - 1, out wait));
        Assert.Equal(1, wait);
        Assert.True(bucket.TryTake(5 + Second, out wait));
        Assert.Equal(0, wait);
        Assert.False(bucket.TryTake(5 + Second, out _));
    }

    [Fact]
    public void Take_tells_the_figures_of_the_headers()
    {
        var bucket = new TokenBucket(new RequestLimits(60, 2), Second);

        Assert.Equal(new TokenBucketDecision(true, TimeSpan.Zero, 1, TimeSpan.FromSeconds(1)), bucket.Take(0));
        Assert.Equal(new TokenBucketDecision(true, TimeSpan.Zero, 0, TimeSpan.FromSeconds(2)), bucket.Take(0));
        Assert.Equal(new TokenBucketDecision(false, TimeSpan.FromSeconds(0.5), 0, TimeSpan.FromSeconds(1.5)), bucket.Take(Second / 2));
        Assert.Equal(1, bucket.Remaining(Second));
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.TimeUntilFull(Second));
        Assert.Equal(2, bucket.Remaining(100 * Second));
        Assert.Equal(TimeSpan.Zero, bucket.TimeUntilFull(100 * Second));
    }

    [Fact]
    public void Durations_are_rounded_up_so_that_waiting_them_is_enough()
    {
        var bucket = new TokenBucket(new RequestLimits(60, 1), Second);
        bucket.Take(0);

        Assert.Equal(TimeSpan.FromTicks(1), bucket.Take(Second - 1).Wait);
    }

    [Fact]
    public void Zero_requests_a_minute_is_no_limit()
    {
        var bucket = new TokenBucket(RequestLimits.None, Second);

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(bucket.TryTake(0, out var _)));
        Assert.Equal(new TokenBucketDecision(true, TimeSpan.Zero, int.MaxValue, TimeSpan.Zero), bucket.Take(0));
    }

    [Fact]
    public void A_clock_that_jumps_back_gives_nothing_and_loses_nothing()
    {
        var bucket = new TokenBucket(new RequestLimits(60, 2), Second);
        Assert.True(bucket.TryTake(100 * Second, out _));

        Assert.Equal(1, bucket.Remaining(0));
        Assert.True(bucket.TryTake(0, out _));
        Assert.False(bucket.TryTake(99 * Second, out var wait));
        Assert.Equal(2 * Second, wait);
        Assert.False(bucket.TryTake(101 * Second - 1, out _));
        Assert.True(bucket.TryTake(101 * Second, out _));
    }

    [Fact]
    public void Reconfigure_keeps_what_was_used()
    {
        var bucket = new TokenBucket(new RequestLimits(60, 10), Second);
        for (var i = 0; i < 7; i++)
        {
            bucket.Take(0);
        }

        bucket.Reconfigure(new RequestLimits(120, 20), 0);
        Assert.Equal(13, bucket.Remaining(0));
        Assert.Equal(14, bucket.Remaining(Second / 2));
        Assert.Equal(120, bucket.Limits.RequestsPerMinute);

        bucket.Reconfigure(new RequestLimits(60, 2), Second / 2);
        Assert.False(bucket.TryTake(Second / 2, out var wait));
        Assert.Equal(Second, wait);
    }

    [Fact]
    public void Reconfigure_to_the_same_limits_changes_nothing()
    {
        var bucket = new TokenBucket(new RequestLimits(60, 10), Second);
        bucket.Take(0);
        bucket.Reconfigure(new RequestLimits(60, 10), Second / 3);

        Assert.Equal(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(3333333), bucket.TimeUntilFull(Second / 3));
    }

    [Fact]
    public void Extreme_limits_and_timestamps_do_not_overflow()
    {
        var slow = new TokenBucket(new RequestLimits(double.Epsilon, int.MaxValue), Second);
        Assert.True(slow.TryTake(long.MinValue, out _));
        Assert.True(slow.TryTake(0, out _));
        Assert.True(slow.TryTake(long.MaxValue, out _));
        Assert.True(slow.TimeUntilFull(long.MaxValue) > TimeSpan.Zero);

        var fast = new TokenBucket(new RequestLimits(double.MaxValue, int.MaxValue), Second);
        Assert.True(fast.TryTake(0, out _));
        Assert.Equal(int.MaxValue - 1, fast.Remaining(0));
        fast.Reconfigure(new RequestLimits(double.Epsilon, 1), 0);
        Assert.InRange(fast.Remaining(0), 0, 1);
    }

    [Fact]
    public void Concurrent_takers_share_one_burst()
    {
        var bucket = new TokenBucket(new RequestLimits(60, 500), Second);
        var taken = 0;

        Parallel.For(0, 4000, i =>
        {
            if (bucket.TryTake(i % 7, out _))
            {
                Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(500, taken);
    }
}
