using System.Globalization;
using RemoteLlm.Connector.Servers.Rates;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Rates;

/// <summary>No minute gets more than the limit, wherever it begins, and nearly all of the limit can be used.</summary>
public sealed class UpstreamRateProperties
{
    private const int Rounds = 300;
    private static readonly TimeSpan s_minute = TimeSpan.FromSeconds(60);
    [Fact]
    public void No_minute_gets_more_requests_or_tokens_than_the_limit()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        for (var seed = Draws.Seed; seed < Draws.Seed + Rounds; seed++)
        {
            var (random, time) = (new Random(seed), new ManualTime());
            var (requests, tokens) = (random.Next(1, random.Next(2) == 0 ? 10 : 200), random.Next(50, 10_000));
            var rate = new UpstreamRate(requests, tokens, time);
            var (start, taken, open) = (time.GetUtcNow(), new List<Taken>(), new List<(RateTicket Ticket, Taken Taken)>());
            for (var step = 0; step < 1_000; step++)
            {
                var estimate = random.Next(0, tokens / random.Next(1, 30));
                if (rate.TryTake(estimate, out var ticket, out var wait))
                {
                    taken.Add(new Taken(time.GetUtcNow() - start) { Tokens = estimate });
                    open.Add((ticket, taken[^1]));
                }
                else
                {
                    Assert.Equal(wait, rate.Check(estimate));
                }

                if (open.Count > 0 && random.Next(3) == 0)
                {
                    var at = random.Next(open.Count);
                    open[at].Taken.Tokens = random.Next(0, (int)open[at].Ticket.Tokens + 1);
                    rate.Settle(open[at].Ticket, open[at].Taken.Tokens);
                    open.RemoveAt(at);
                }

                // Often to the tick at which it is free again, often in bursts, sometimes much later.
                time.Advance(random.Next(6) switch { 0 => wait, 1 => TimeSpan.FromTicks(random.NextInt64(s_minute.Ticks / 10)), 2 when random.Next(40) == 0 => 2 * s_minute, _ => TimeSpan.Zero });
            }

            for (var from = 0; from < taken.Count; from++)
            {
                var minute = taken.Skip(from).TakeWhile(one => one.At <= taken[from].At + s_minute).ToList();
                Assert.True(minute.Count <= requests && minute.Sum(one => one.Tokens) <= tokens, $"seed {seed}: {minute.Count} of {requests}, {minute.Sum(one => one.Tokens)} of {tokens}");
            }
        }
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(7, 0, 0)]
    [InlineData(60, 0, 0)]
    [InlineData(500, 0, 0)]
    [InlineData(3_000, 0, 0)]
    [InlineData(0, 100_000, 1_000)]
    [InlineData(0, 100_000, 40_000)]
    [InlineData(0, 100_000, 50_000)]
    public void Who_comes_as_soon_as_told_gets_nine_tenths_of_the_limit(int requests, int tokens, int each)
    {
        var time = new ManualTime();
        var rate = new UpstreamRate(requests, tokens, time);
        var (start, minutes, taken) = (time.GetTimestamp(), 20, 0L);
        while (time.GetElapsedTime(start) < minutes * s_minute)
        {
            if (rate.TryTake(each, out _, out var wait))
                taken++;
            else
                time.Advance(wait);
        }

        // Of the tokens only as many whole requests as fit.
        var possible = requests > 0 ? requests : tokens / each;
        Assert.InRange(taken, possible * minutes * 0.9, possible * (minutes + 1));
    }

    [Fact]
    public async Task Requests_that_come_at_once_take_no_more_than_the_limit()
    {
        var rate = new UpstreamRate(600, 50_000, new ManualTime());
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 1_000).Count(_ => rate.TryTake(1_000, out RateTicket _, out TimeSpan _)))));

        Assert.Equal(50, taken.Sum());
    }

    private sealed class Taken(TimeSpan at)
    {
        public TimeSpan At => at;

        public long Tokens { get; set; }
    }
}
