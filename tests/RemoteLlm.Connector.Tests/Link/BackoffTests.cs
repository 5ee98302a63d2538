using RemoteLlm.Connector.Link;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Link;

public sealed class BackoffTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void The_first_dial_after_a_loss_is_made_at_once() => Assert.Equal(TimeSpan.Zero, new Backoff(_time, new Random(1)).Failed());

    [Fact]
    public void Waits_lie_anywhere_below_a_bound_that_doubles_to_15_s()
    {
        var longest = new double[20];
        var shortest = Enumerable.Repeat(double.MaxValue, 20).ToArray();
        for (var seed = 0; seed < 500; seed++)
        {
            var backoff = new Backoff(_time, new Random(seed));
            backoff.Failed();
            for (var failure = 0; failure < 20; failure++)
            {
                var wait = backoff.Failed().TotalMilliseconds;
                Assert.InRange(wait, 0, Math.Min(15_000, 100 * Math.Pow(2, failure)));
                longest[failure] = Math.Max(longest[failure], wait);
                shortest[failure] = Math.Min(shortest[failure], wait);
            }
        }

        // Full jitter: the whole span is used, from nothing to the bound.
        for (var failure = 0; failure < 20; failure++)
        {
            var bound = Math.Min(15_000, 100 * Math.Pow(2, failure));
            Assert.InRange(longest[failure], bound * 0.9, bound);
            Assert.InRange(shortest[failure], 0, bound * 0.1);
        }
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
