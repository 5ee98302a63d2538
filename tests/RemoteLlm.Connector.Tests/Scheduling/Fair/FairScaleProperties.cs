using RemoteLlm.Connector.Scheduling.Fair;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Scheduling.Fair;

/// <summary>The law of virtual time, over random sizes, weights, estimates, comings and goings.</summary>
public sealed class FairScaleProperties
{
    private const int Rounds = 300;
    [Fact]
    public void Those_who_always_wait_are_served_by_their_weights_but_for_the_largest_requests()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        for (var seed = Draws.Seed; seed < Draws.Seed + Rounds; seed++)
        {
            var random = new Random(seed);
            var slots = random.Next(1, 5);
            var world = new World(random, parties: random.Next(2, 6), mostTokens: random.Next(1, 1_000));
            foreach (var party in world.Parties)
                world.Scale.Join(party);
            for (var step = 0; step < 500; step++)
            {
                if (world.Running.Count < slots)
                    world.BeginNext();
                else
                    world.EndAny();
                // What runs was begun by its estimate, which may be three times too low or too high.
                var largest = (slots + 1) * 3 * world.MostTokens;
                foreach (var one in world.Parties)
                {
                    foreach (var other in world.Parties)
                        Assert.True(one.Served - other.Served <= (largest / one.Weight) + (largest / other.Weight) + 1e-6, $"seed {seed}, step {step}: {one.Served} and {other.Served}");
                }
            }
        }
    }

    [Fact]
    public void Exact_estimates_and_one_slot_keep_the_difference_to_one_request_of_each()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        for (var seed = Draws.Seed; seed < Draws.Seed + Rounds; seed++)
        {
            var random = new Random(seed);
            var world = new World(random, parties: 2, mostTokens: random.Next(1, 1_000)) { IsExact = true };
            var (one, other) = (world.Parties[0], world.Parties[1]);
            world.Scale.Join(one);
            world.Scale.Join(other);
            for (var step = 0; step < 500; step++)
            {
                world.BeginNext();
                world.EndAny();
                Assert.True(Math.Abs(one.Served - other.Served) <= world.MostTokens * Math.Max(1 / one.Weight, 1 / other.Weight) + 1e-6, $"seed {seed}, step {step}: {one.Served} and {other.Served}");
            }
        }
    }

    [Fact]
    public void Virtual_time_never_goes_back_nobody_begins_below_it_and_what_is_charged_is_what_was_served()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        for (var seed = Draws.Seed; seed < Draws.Seed + Rounds; seed++)
        {
            var random = new Random(seed);
            var world = new World(random, parties: random.Next(1, 8), mostTokens: 1_000);
            double now = 0;
            for (var step = 0; step < 500; step++)
            {
                var party = world.Parties[random.Next(world.Parties.Count)];
                var before = (party.Waiting, party.Served);
                switch (random.Next(5))
                {
                    case 0:
                        world.Scale.Join(party);
                        Assert.Equal(before.Waiting > 0 ? before.Served : Math.Max(before.Served, now), party.Served);
                        break;
                    case 1 when party.Waiting > 0:
                        world.Scale.Leave(party);
                        break;
                    case 2:
                        world.Begin(party);
                        break;
                    case 3 when world.Scale.Waiting.Count > 0:
                        world.BeginNext(leaves: true);
                        break;
                    case 4 when world.Running.Count > 0:
                        world.EndAny();
                        break;
                }

                Assert.True(world.Scale.Now >= now, $"seed {seed}, step {step}: {world.Scale.Now} after {now}");
                now = world.Scale.Now;
                Assert.All(world.Scale.Waiting, waiting => Assert.True(waiting.Served >= now, $"seed {seed}, step {step}"));
            }

            while (world.Running.Count > 0)
                world.EndAny();
            // Besides what it was charged, an account is lifted when its party comes back.
            Assert.All(world.Parties, party => Assert.Equal((0, 0.0), (party.Running, party.Expected)));
            Assert.All(world.Parties, party => Assert.Equal(world.Delivered[party], world.Charged[party], 6));
        }
    }

    private sealed class World
    {
        private readonly Random _random;

        public World(Random random, int parties, int mostTokens)
        {
            (_random, MostTokens) = (random, mostTokens);
            Parties = [.. Enumerable.Range(0, parties).Select(_ => new FairShare { Weight = 0.5 + (3 * random.NextDouble()) })];
            foreach (var party in Parties)
                Delivered[party] = Charged[party] = 0;
        }

        public FairScale<FairShare> Scale { get; } = new();

        public List<FairShare> Parties { get; }

        public List<(FairShare Party, FairCharge Charge, int Tokens)> Running { get; } = [];

        public Dictionary<FairShare, double> Delivered { get; } = [];

        public Dictionary<FairShare, double> Charged { get; } = [];

        public int MostTokens { get; }

        public bool IsExact { get; init; }

        public void BeginNext(bool leaves = false)
        {
            var next = Scale.Waiting.MinBy(static party => party.Ahead)!;
            Begin(next);
            if (leaves)
                Scale.Leave(next);
        }

        public void Begin(FairShare party)
        {
            var tokens = _random.Next(1, MostTokens + 1);
            var error = IsExact ? 1 : _random.Next(3) switch { 0 => 1.0 / 3, 1 => 3, _ => 1 };
            Running.Add((party, Scale.Begin(party, tokens * error), tokens));
        }

        public void EndAny()
        {
            var at = _random.Next(Running.Count);
            var (party, charge, tokens) = Running[at];
            Running.RemoveAt(at);
            // Some fail, and were served nothing.
            if (!IsExact && _random.Next(10) == 0)
                tokens = 0;
            var before = party.Served;
            party.End(charge, tokens);
            Delivered[party] += tokens;
            Charged[party] += (party.Served - before) * party.Weight;
        }
    }
}
