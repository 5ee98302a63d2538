using RemoteLlm.Connector.Scheduling.Fair;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Tests.Scheduling.Fair;

/// <summary>How one server is shared, in fake time. Each figure is that of the issue.</summary>
public sealed class FairQueueTests
{
    private static readonly SimulatedUser s_a = new("a");
    private static readonly SimulatedUser s_b = new("b");

    [Theory]
    [InlineData(400, 400)]
    [InlineData(200, 600)]
    public async Task Who_asks_now_and_then_waits_no_longer_than_one_request_behind_a_flood(int least, int most)
    {
        var random = Seeded();
        await using var stage = await QueueSimulation.Of(slots: 2);
        stage.KeepWaiting(s_a with { }, 50, () => random.Next(least, most + 1), static size => size);
        var b = s_b with { };
        for (var at = 7.3; at < 1_000; at += 5)
            stage.At(TimeSpan.FromSeconds(at), () => stage.Ask(b, 400, 400));

        await stage.RunUntil(1_010);

        var waits = stage.Requests.Where(request => request.User == b).Select(static request => request.Waited.TotalSeconds).Order().ToList();
        Assert.InRange(waits.Count, 190, 200);
        Assert.InRange(waits[(int)Math.Ceiling(waits.Count * 0.95) - 1], 0, 400 / QueueSimulation.Speed * 1.1);
    }

    [Theory]
    [InlineData(50, 50, 1.0, 1.0)]
    [InlineData(50, 330, 1.0, 1.0)]
    [InlineData(50, 330, 3.0, 1.0)]
    [InlineData(50, 330, 1.0, 3.0)]
    [InlineData(50, 330, 0.33, 3.0)]
    [InlineData(50, 330, 3.0, 0.33)]
    [InlineData(300, 20, 0.33, 0.33)]
    public async Task Equal_weights_are_served_equally_whatever_the_sizes_and_the_estimates(int ofA, int ofB, double errorOfA, double errorOfB)
    {
        var random = Seeded();
        await using var stage = await QueueSimulation.Of(slots: 2);
        var (a, b) = (s_a with { }, s_b with { });
        stage.KeepWaiting(a, 10, () => random.Next(ofA / 2, ofA * 3 / 2), size => (int)(size * errorOfA));
        stage.KeepWaiting(b, 10, () => random.Next(ofB / 2, ofB * 3 / 2), size => (int)(size * errorOfB));

        await stage.RunUntil(600);

        Assert.InRange(Served(stage, a) / Served(stage, b), 0.9, 1.1);
    }

    [Fact]
    public async Task Who_rested_comes_back_with_no_credit()
    {
        var random = Seeded();
        await using var stage = await QueueSimulation.Of(slots: 2);
        var (a, b) = (s_a with { }, s_b with { });
        stage.KeepWaiting(a, 10, () => random.Next(20, 400), static size => size);
        await stage.RunUntil(500);
        var before = Served(stage, a);
        stage.KeepWaiting(b, 10, () => random.Next(20, 400), static size => size);

        await stage.RunUntil(700);

        Assert.InRange((Served(stage, a) - before) / Served(stage, b), 0.9, 1.1);
    }

    [Fact]
    public async Task Twice_the_weight_gets_twice()
    {
        var random = Seeded();
        await using var stage = await QueueSimulation.Of(slots: 2);
        var (a, b) = (s_a with { Weight = 2 }, s_b with { });
        stage.KeepWaiting(a, 10, () => random.Next(20, 400), static size => size);
        stage.KeepWaiting(b, 10, () => random.Next(20, 400), static size => size);

        await stage.RunUntil(600);

        Assert.InRange(Served(stage, a) / Served(stage, b), 1.8, 2.2);
    }

    [Fact]
    public async Task Batches_get_a_tenth_while_others_wait_and_everything_when_nobody_does()
    {
        var random = Seeded();
        await using var stage = await QueueSimulation.Of(slots: 2);
        var (a, batch) = (s_a with { }, s_b with { Class = RequestClass.Batch });
        stage.KeepWaiting(a, 10, () => random.Next(20, 200), static size => size);
        stage.KeepWaiting(batch, 10, () => random.Next(20, 200), static size => size);
        await stage.RunUntil(1_000);
        Assert.InRange(Served(stage, a) / Served(stage, batch), 8, 10);

        a.OnStart = static () => { };
        await stage.RunUntil(1_060);
        var before = Served(stage, batch);
        await stage.RunUntil(1_160);

        Assert.InRange(Served(stage, batch) - before, 0.95 * 100 * 2 * QueueSimulation.Speed, 1.05 * 100 * 2 * QueueSimulation.Speed);
    }

    [Fact]
    public async Task A_flood_of_batches_does_not_hold_up_who_waits_for_an_answer()
    {
        await using var stage = await QueueSimulation.Of(slots: 2);
        stage.KeepWaiting(s_a with { Class = RequestClass.Batch }, 50, static () => 400, static size => size);
        var b = s_b with { };
        for (var at = 7.3; at < 300; at += 4)
            stage.At(TimeSpan.FromSeconds(at), () => stage.Ask(b, 400, 400));

        await stage.RunUntil(310);

        Assert.All(stage.Requests.Where(request => request.User == b), static request => Assert.InRange(request.Waited.TotalSeconds, 0, 4.4));
    }

    [Fact]
    public async Task A_flood_fills_the_queue_and_gives_way_in_it_to_others()
    {
        await using var stage = await QueueSimulation.Of(slots: 2, static entry => entry with { QueueLimit = 20 });
        var (a, b, c) = (s_a with { }, s_b with { }, new SimulatedUser("c"));
        Ask(a, 40);
        await stage.RunUntil(0.1);
        Assert.Equal((2, 20, 18), Counts(a));

        Ask(b, 5);
        Ask(c, 1);
        await stage.RunUntil(0.2);

        Assert.Equal((2, 14, 24), Counts(a));
        Assert.Equal((0, 5, 0), Counts(b));
        Assert.Equal((0, 1, 0), Counts(c));
        // Those of the flood that came last had to go, and are told when to come again.
        Assert.All(stage.Requests.Where(request => request.User == a).Skip(16), static request => Assert.Equal("queue_full", request.Refusal?.Code));
        Assert.All(stage.Requests.Where(request => request.User == a).Skip(16), static request => Assert.Equal(TimeSpan.FromSeconds(5), request.Refusal?.RetryAfter));

        // As many as the other has are all that one may have.
        Ask(b, 20);
        await stage.RunUntil(0.3);
        Assert.InRange(Counts(b).Waiting, 9, 10);
        Assert.Equal(20, stage.Queue.Waiting);
        Assert.Equal((0, 1, 0), Counts(c));

        void Ask(SimulatedUser user, int count)
        {
            for (var i = 0; i < count; i++)
                stage.At(stage.Now, () => stage.Ask(user, 1_000, 1_000));
        }

        (int Running, int Waiting, int Refused) Counts(SimulatedUser user)
        {
            var own = stage.Requests.Where(request => request.User == user).ToList();
            return (own.Count(static request => request.Started is not null), own.Count(static request => request is { Started: null, Refusal: null }), own.Count(static request => request.Refusal is not null));
        }
    }

    [Fact]
    public async Task Who_waits_is_told_its_place_and_about_how_long_it_will_take()
    {
        await using var stage = await QueueSimulation.Of(slots: 2);
        var (a, b) = (s_a with { }, s_b with { });
        var own = new List<SimulatedRequest>();
        for (var i = 0; i < 6; i++)
            own.Add(stage.Ask(a, 400, 400));
        var other = stage.Ask(b, 400, 400);
        await stage.RunUntil(1);
        // Nothing has ended yet.
        Assert.Equal((2, null), (stage.Queue.PlaceOf(own[2].Seeker)!.Value.Position, stage.Queue.PlaceOf(own[2].Seeker)!.Value.Wait));

        await stage.RunUntil(5);

        Assert.NotNull(other.Started);
        Assert.Null(stage.Queue.PlaceOf(other.Seeker));
        Assert.Equal([1, 2, 3], own[3..].Select(request => stage.Queue.PlaceOf(request.Seeker)!.Value.Position));
        // Two slots, four seconds each: the third that leaves does so in six.
        Assert.Equal(TimeSpan.FromSeconds(6), stage.Queue.PlaceOf(own[5].Seeker)!.Value.Wait);
        var shown = Assert.Single(stage.Queue.QueueOf(stage.Server));
        Assert.Equal(("a", 3, 1), (shown.User, shown.Waiting, shown.First.Position));
    }

    [Fact]
    public async Task A_large_request_has_its_turn_though_small_ones_use_up_the_tokens_of_the_minute()
    {
        await using var stage = await QueueSimulation.Of(slots: 4, static entry => entry with { TokensPerMinute = 1_000 });
        var (a, b) = (s_a with { }, s_b with { });
        // Two come in the time in which the limit lets one through.
        for (var at = 0; at < 900; at += 3)
            stage.At(TimeSpan.FromSeconds(at), () => stage.Ask(b, 100, 100));
        SimulatedRequest? large = null;
        stage.At(TimeSpan.FromSeconds(30), () => large = stage.Ask(a, 900, 900));

        await stage.RunUntil(400);

        Assert.InRange(large!.Waited.TotalSeconds, 0, 180);
        // The small ones go on.
        Assert.InRange(stage.Requests.Count(request => request.User == b && request.Started > large.Started + TimeSpan.FromSeconds(60)), 10, int.MaxValue);
    }

    [Fact]
    public async Task Users_who_are_done_are_forgotten()
    {
        await using var stage = await QueueSimulation.Of(slots: 2);
        stage.KeepWaiting(s_a with { }, 3, static () => 50, static size => size);
        for (var i = 0; i < 2_000; i++)
        {
            var name = $"user {i}";
            stage.At(TimeSpan.FromSeconds(i / 2.0), () => stage.Ask(new SimulatedUser(name), 20, 100));
        }

        await stage.RunUntil(1_100);

        Assert.Equal(2_000, stage.Requests.Count(static request => request.User.Name.StartsWith("user", StringComparison.Ordinal) && request.Ended is not null));
        Assert.InRange(stage.Server.Load.Line.Accounts, 1, ClassLine.FirstSweep);
    }

    private static double Served(QueueSimulation stage, SimulatedUser user) => stage.Requests.Where(request => request.User == user && request.Ended is not null).Sum(static request => request.Tokens);

    private static Random Seeded()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
