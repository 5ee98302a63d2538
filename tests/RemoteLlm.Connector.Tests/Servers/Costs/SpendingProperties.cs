using System.Globalization;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Costs;

/// <summary>However requests come, run and end at the same time, no cap is exceeded and nothing is lost or booked twice.</summary>
public sealed class SpendingProperties
{
    private const int Rounds = 200;
    private const int Workers = 4;

    [Fact]
    public async Task Reserving_settling_and_cancelling_at_once_keeps_the_cap_and_the_sum()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        for (var seed = Draws.Seed; seed < Draws.Seed + Rounds; seed++)
        {
            var time = new ManualTime();
            var cap = new Random(seed).Next(1, 200) / 100m;
            var spending = new Spending("cloud", new CostCaps(0.20m, cap, 0), time);
            var settled = await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => Work(spending, time, cap, new Random(HashCode.Combine(seed, worker))))));

            var days = settled.SelectMany(one => one).GroupBy(one => one.Day).ToDictionary(day => day.Key, day => day.Sum(one => one.Cost));
            Assert.Equal((spending.Today.Spent, 0m), spending.Today);
            Assert.Equal(days.Where(day => day.Value > 0).OrderBy(day => day.Key), spending.Days());
            Assert.All(days.Values, sum => Assert.True(sum <= cap, $"seed {seed}: {sum} of {cap}"));
        }
    }

    private static List<(DateOnly Day, decimal Cost)> Work(Spending spending, ManualTime time, decimal cap, Random random)
    {
        var (running, settled) = (new List<CostReservation>(), new List<(DateOnly, decimal)>());
        for (var step = 0; step < 100 || running.Count > 0; step++)
        {
            if (step < 100 && random.Next(2) == 0)
            {
                var estimate = random.Next(0, 25) / 100m;
                if (spending.TryReserve(estimate, out var reservation, out var refusal))
                    running.Add(reservation);
                else
                    Assert.True(refusal.Cap == CostCap.PerRequest ? estimate > 0.20m : refusal.Spent + estimate > cap);
            }
            else if (running.Count > 0)
            {
                var at = random.Next(running.Count);
                var cost = running[at].Amount * random.Next(0, 11) / 10;
                if (random.Next(3) > 0 && running[at].Settle(cost))
                    settled.Add((running[at].Day, cost));
                running[at].Dispose();
                running.RemoveAt(at);
            }

            var (spent, reserved) = spending.Today;
            Assert.True(spent + reserved <= cap && reserved >= 0);
            if (random.Next(50) == 0)
                time.JumpWallClock(TimeSpan.FromHours(random.Next(-30, 40)));
        }

        return settled;
    }
}
