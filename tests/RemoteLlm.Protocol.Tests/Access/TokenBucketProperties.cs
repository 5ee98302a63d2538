using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class TokenBucketProperties
{
    private static readonly Config s_config = Draws.Properties(1000);

    [Fact]
    public void No_window_of_time_ever_gives_more_than_burst_and_rate() => Prop.ForAll(Runs(), run =>
    {
        var taken = Take(run, new TokenBucket(run.Limits, Run.Frequency));
        for (var from = 0; from < taken.Count; from++)
        {
            for (var to = from; to < taken.Count; to++)
            {
                var earned = (taken[to] - taken[from]) * run.Limits.RequestsPerMinute / (60.0 * Run.Frequency);
                if (to - from + 1 > run.Limits.Burst + earned + 1e-6)
                {
                    return false;
                }
            }
        }

        return true;
    }).Check(s_config);

    [Fact]
    public void A_wait_is_exact_to_the_tick() => Prop.ForAll(Runs(), run =>
    {
        var bucket = new TokenBucket(run.Limits, Run.Frequency);
        foreach (var now in run.Times)
        {
            if (!bucket.TryTake(now, out var wait))
            {
                return wait > 0 && !bucket.TryTake(now + wait - 1, out var one) && one == 1 && bucket.TryTake(now + wait, out _);
            }
        }

        return true;
    }).Check(s_config);

    [Fact]
    public void Remaining_says_how_many_takes_succeed() => Prop.ForAll(Runs(), run =>
    {
        var bucket = new TokenBucket(run.Limits, Run.Frequency);
        foreach (var now in run.Times)
        {
            var before = bucket.Remaining(now);
            if (bucket.TryTake(now, out _) != before > 0 || (before > 0 && bucket.Remaining(now) != before - 1))
            {
                return false;
            }
        }

        return bucket.Remaining(run.Times[^1] + Run.Frequency * 3_000_000) == run.Limits.Burst;
    }).Check(s_config);

    [Fact]
    public void Tokens_that_were_earned_are_given() => Prop.ForAll(Runs(), run =>
    {
        // Whoever asks again exactly when told gets every token: n tokens past the burst take n intervals, no more.
        var bucket = new TokenBucket(run.Limits, Run.Frequency);
        long now = 0;
        for (var i = 0; i < run.Limits.Burst + 20; i++)
        {
            while (!bucket.TryTake(now, out var wait))
            {
                now += wait;
            }
        }

        var interval = (long)Math.Ceiling(60.0 * Run.Frequency / run.Limits.RequestsPerMinute);
        return now == 20 * interval;
    }).Check(s_config);

    [Fact]
    public void Changing_the_limits_back_and_forth_gives_nothing_away() => Prop.ForAll(Runs(), run =>
    {
        var still = new TokenBucket(run.Limits, Run.Frequency);
        var changed = new TokenBucket(run.Limits, Run.Frequency);
        foreach (var now in run.Times)
        {
            still.TryTake(now, out _);
            changed.TryTake(now, out _);
            changed.Reconfigure(run.Limits with { RequestsPerMinute = run.Limits.RequestsPerMinute * 3, Burst = run.Limits.Burst + 5 }, now);
            changed.Reconfigure(run.Limits, now);
            if (changed.Remaining(now) > still.Remaining(now))
            {
                return false;
            }
        }

        return true;
    }).Check(s_config);

    private static List<long> Take(Run run, TokenBucket bucket) => run.Times.Where(now => bucket.TryTake(now, out _)).ToList();

    private static Arbitrary<Run> Runs()
    {
        var limits =
            from perMinute in Gen.OneOf(Gen.Choose(1, 600).Select(n => n / 10.0), Gen.Choose(1, 100_000).Select(n => (double)n))
            from burst in Gen.Choose(1, 20)
            select new RequestLimits(perMinute, burst);
        var step = Gen.Frequency((3, Gen.Constant(0)), (4, Gen.Choose(0, 200_000)), (2, Gen.Choose(0, 50_000_000)));
        var runs =
            from limit in limits
            from steps in step.ArrayOf(60)
            select new Run(limit, Cumulative(steps));
        return runs.ToArbitrary();
    }

    private static long[] Cumulative(int[] steps)
    {
        long now = 1_000;
        return steps.Select(step => now += step).ToArray();
    }

    private sealed record Run(RequestLimits Limits, long[] Times)
    {
        /// <summary>A microsecond clock.</summary>
        public const long Frequency = 1_000_000;

        public override string ToString() => $"{Limits} at {string.Join(' ', Times)}";
    }
}
