using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Tests.Routing;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Scheduling;

public sealed class DispatcherTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Dispatcher _dispatcher;

    public DispatcherTests() => _dispatcher = new Dispatcher(_time);

    public void Dispose() => _dispatcher.Dispose();

    [Fact]
    public async Task Places_are_given_in_the_order_of_asking_and_whoever_leaves_is_passed_over()
    {
        await using var rack = await Rack.Of();
        rack.Put(rack.Entry("one", "m") with { MaxConcurrent = 1 });
        using var leave = new CancellationTokenSource();
        var first = await Take(rack["one"]);
        var (second, third, fourth) = (Take(rack["one"]), Take(rack["one"], leave), Take(rack["one"]));
        Assert.Equal((3, 3), (_dispatcher.Waiting, rack["one"].Load.Waiting));

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        first.Lease!.Dispose();
        var next = await second.OrHang();
        Assert.False(fourth.IsCompleted);
        next.Lease!.Dispose();
        next.Lease.Dispose();
        (await fourth.OrHang()).Lease!.Dispose();
        Assert.Equal((0, 0, 0), (_dispatcher.Waiting, rack["one"].Load.Waiting, rack["one"].Load.Running));
    }

    [Fact]
    public async Task Queue_that_is_full_refuses_at_once()
    {
        await using var rack = await Rack.Of();
        rack.Put(rack.Entry("one", "m") with { QueueLimit = 1, MaxConcurrent = 1 });
        using var held = (await Take(rack["one"])).Lease;
        var waits = Take(rack["one"]);

        var refused = await Take(rack["one"]).OrHang();

        Assert.Equal("queue_full", refused.Refusal?.Code);
        held!.Dispose();
        (await waits.OrHang()).Lease!.Dispose();
    }

    [Fact]
    public async Task Who_waits_for_time_to_pass_is_looked_at_when_it_has()
    {
        await using var rack = await Rack.Of(("one", ["m"]));
        var open = false;
        var seeker = new Seeker(() => open ? Placement.At(new ServerRoute(rack["one"], "m")) : Placement.Later(TimeSpan.FromSeconds(7)), [rack["one"]]);
        var waits = _dispatcher.TakeAsync(seeker, TestContext.Current.CancellationToken).AsTask();
        open = true;

        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.False(waits.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        (await waits.OrHang()).Lease!.Dispose();
    }

    [Fact]
    public async Task Who_can_be_served_no_more_is_told_so_without_waiting_on()
    {
        await using var rack = await Rack.Of(("one", ["m"]));
        Placement placement = Placement.Later(null);
        var waits = _dispatcher.TakeAsync(new Seeker(() => placement, [rack["one"]]), TestContext.Current.CancellationToken).AsTask();

        placement = Placement.Nowhere(ApiErrors.UpstreamError());
        _dispatcher.Look();

        Assert.Equal("upstream_error", (await waits.OrHang()).Refusal?.Code);
        Assert.Equal(0, rack["one"].Load.Waiting);
    }

    [Fact]
    public async Task Server_that_is_gone_gets_no_request_and_who_looks_again_finds_another()
    {
        await using var rack = await Rack.Of();
        var stays = rack.Entry("new", "m");
        rack.Put(rack.Entry("old", "m"), stays);
        var (old, other) = (rack["old"], rack["new"]);
        rack.Put(stays);
        var seen = false;
        var late = new Seeker(() => Placement.At(new ServerRoute(seen ? other : old, "m")), [old, other]);
        var stubborn = new Seeker(() => Placement.At(new ServerRoute(old, "m")), [old]);

        var refused = await _dispatcher.TakeAsync(stubborn, TestContext.Current.CancellationToken);
        var served = await _dispatcher.TakeAsync(new Seeker(() => { var placement = late.Place(); seen = true; return placement; }, [old, other]), TestContext.Current.CancellationToken);

        Assert.Equal(("upstream_error", 0), (refused.Refusal?.Code, old.Load.Running));
        Assert.Same(other, served.Lease!.Server);
        served.Lease.Dispose();
    }

    /// <summary>Whatever happens in whatever order: no server has more than its slots, none has room while somebody waits for it, and what is taken is given back.</summary>
    [Fact]
    public async Task Any_course_of_asking_ending_and_leaving_keeps_the_count()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var rack = await Rack.Of();
        int[] slots = [1 + random.Next(3), 1 + random.Next(3)];
        rack.Put(rack.Entry("one", "m") with { MaxConcurrent = slots[0] }, rack.Entry("two", "m") with { MaxConcurrent = slots[1] });
        LlmServer[] servers = [rack["one"], rack["two"]];
        var leases = new List<ServerLease>();
        var waiting = new List<(Task<Dispatch> Task, CancellationTokenSource Leave)>();
        for (var step = 0; step < 3_000; step++)
        {
            switch (random.Next(3))
            {
                case 0:
                    var leave = new CancellationTokenSource();
                    waiting.Add((_dispatcher.TakeAsync(Choice(), leave.Token).AsTask(), leave));
                    break;
                case 1 when leases.Count > 0:
                    var over = leases[random.Next(leases.Count)];
                    leases.Remove(over);
                    over.Dispose();
                    break;
                case 2 when waiting.Count > 0:
                    await waiting[random.Next(waiting.Count)].Leave.CancelAsync();
                    break;
            }

            foreach (var one in waiting.Where(static one => one.Task.IsCompleted).ToList())
            {
                waiting.Remove(one);
                if (!one.Task.IsCanceled && (await one.Task).Lease is { } lease)
                    leases.Add(lease);
            }

            Assert.All(servers.Zip(slots), static pair => Assert.InRange(pair.First.Load.Running, 0, pair.Second));
            if (_dispatcher.Waiting > 0)
                Assert.All(servers.Zip(slots), static pair => Assert.Equal(pair.Second, pair.First.Load.Running));
        }

        foreach (var one in waiting)
            await one.Leave.CancelAsync();
        foreach (var one in waiting)
        {
            if ((await Task.WhenAny(one.Task).OrHang()) is { IsCanceled: false } placed)
                leases.Add((await placed).Lease!);
        }

        foreach (var lease in leases)
            lease.Dispose();
        Assert.All(servers, static server => Assert.Equal((0, 0), (server.Load.Running, server.Load.Waiting)));

        Seeker Choice() => new(
            () =>
            {
                for (var i = 0; i < servers.Length; i++)
                {
                    if (servers[i].Load.Running < slots[i])
                        return Placement.At(new ServerRoute(servers[i], "m"));
                }

                return Placement.Later(null);
            },
            servers);
    }

    private Task<Dispatch> Take(LlmServer server, CancellationTokenSource? leave = null) => _dispatcher
        .TakeAsync(new Seeker(() => server.Load.Running < 1 ? Placement.At(new ServerRoute(server, "m")) : Placement.Later(null), [server]), leave?.Token ?? TestContext.Current.CancellationToken).AsTask();

    private sealed class Seeker(Func<Placement> place, IReadOnlyList<LlmServer> awaited) : ISlotSeeker
    {
        public SlotAsker Asker => SlotAsker.Nobody;

        public IReadOnlyList<LlmServer> Awaited => awaited;

        public Placement Place() => place();

        public ServerWork WorkAt(LlmServer server) => default;
    }
}
