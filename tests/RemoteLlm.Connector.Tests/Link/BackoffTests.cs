using RemoteLlm.Connector.Link;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Link;

public sealed class BackoffTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void The_first_dial_after_a_loss_is_made_at_once() => Assert.Equal(TimeSpan.Zero, new Backoff(_time, new Random(1)).Failed());

    [Fact]
    public void Waits_lie_anywhere_below_a_bound_that_doubles_to_1_s_and_when_the_outage_is_old_on_to_15_s()
    {
        double[] bounds = [0.1, 0.2, 0.4, 0.8, 1, 1, 1, 2, 4, 8, 15, 15];
        const int Young = 7;
        var longest = new double[bounds.Length];
        var shortest = Enumerable.Repeat(double.MaxValue, bounds.Length).ToArray();
        for (var seed = 0; seed < 500; seed++)
        {
            var backoff = new Backoff(_time, new Random(seed));
            backoff.Failed();
            for (var failure = 0; failure < bounds.Length; failure++)
            {
                if (failure == Young)
                    _time.Advance(Backoff.Youth);
                var wait = backoff.Failed().TotalSeconds;
                Assert.InRange(wait, 0, bounds[failure]);
                longest[failure] = Math.Max(longest[failure], wait);
                shortest[failure] = Math.Min(shortest[failure], wait);
            }
        }

        // Full jitter: the whole span is used, from nothing to the bound.
        for (var failure = 0; failure < bounds.Length; failure++)
        {
            Assert.InRange(longest[failure], bounds[failure] * 0.9, bounds[failure]);
            Assert.InRange(shortest[failure], 0, bounds[failure] * 0.1);
        }
    }

    [Fact]
    public void After_any_outage_of_up_to_5_s_the_next_dial_is_near()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var residuals = new List<double>();
        for (var run = 0; run < 2_000; run++)
        {
            var backoff = new Backoff(_time, random);
            // What was before: a life of health, or a line that dropped now and then but held for a while.
            for (var loss = random.Next(4); loss > 0; loss--)
            {
                backoff.Connected();
                _time.Advance(TimeSpan.FromSeconds(2 + (20 * random.NextDouble())));
                backoff.Failed();
            }

            backoff.Connected();
            _time.Advance(TimeSpan.FromSeconds(2 + (20 * random.NextDouble())));
            var outage = 5 * random.NextDouble();
            var dialled = 0.0;
            while (dialled <= outage)
            {
                var wait = backoff.Failed();
                _time.Advance(wait);
                dialled += wait.TotalSeconds;
                Assert.InRange(wait.TotalSeconds, 0, 1);
            }

            residuals.Add(dialled - outage);
        }

        residuals.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"next dial after {residuals[1_000]:0.00} s in the median, {residuals[^1]:0.00} s at worst");
        Assert.True(residuals[^1] < 1.6, $"seed {seed}: the broker listened for {residuals[^1]} s before it was dialled");
        Assert.True(residuals[1_000] < 0.4, $"seed {seed}: the broker listened for {residuals[1_000]} s in the median before it was dialled");
    }

    [Fact]
    public void A_broker_that_drops_every_connection_at_once_is_left_alone_more_and_more()
    {
        var backoff = new Backoff(_time, new Random(1));
        var dials = 0;
        for (var spent = TimeSpan.Zero; spent < TimeSpan.FromMinutes(10); dials++)
        {
            backoff.Connected();
            _time.Advance(TimeSpan.FromMilliseconds(100));
            var wait = backoff.Failed();
            _time.Advance(wait);
            spent += wait + TimeSpan.FromMilliseconds(100);
        }

        // 7.5 s in the mean once the span is 15 s; some twenty before.
        Assert.InRange(dials, 50, 140);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(9.9, 6)]
    public void Only_a_spell_of_health_starts_it_anew(double healthySeconds, int failures)
    {
        var backoff = new Backoff(_time, new Random(1));
        for (var failure = 0; failure < 5; failure++)
            backoff.Failed();

        backoff.Connected();
        _time.Advance(TimeSpan.FromSeconds(healthySeconds));
        backoff.Failed();

        Assert.Equal(failures, backoff.Failures);
    }

    [Fact]
    public void It_never_overflows()
    {
        var backoff = new Backoff(_time, new Random(1));

        for (var failure = 0; failure < 10_000; failure++)
            Assert.InRange(backoff.Failed(), TimeSpan.Zero, Backoff.Longest);
    }
}
