using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Routing;

public sealed class RouteChoiceTests
{
    private static readonly CancellationToken s_test = TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_a_server_is_tried_others_go_to_the_next_one_though_it_takes_no_overflow()
    {
        await using var stage = await RoutingStage.StartAsync(home => home, other => other with { Name = "other", Priority = 1, Overflow = false });
        await stage.OpenCircuit("home");
        stage.Time.Advance(ServerCircuit.Break);
        using var trial = (await stage.TakeAsync().OrHang()).Lease!;
        var hangs = new TaskCompletionSource<ServerFailure?>();
        var trying = trial.Server.Circuit.TryRunAsync(() => hangs.Task, s_test);

        using var next = (await stage.TakeAsync().OrHang()).Lease!;

        Assert.Equal(("home", "other"), (trial.Server.Name, next.Server.Name));
        hangs.SetResult(ServerFailure.None);
        await trying.OrHang();
    }

    [Fact]
    public async Task An_answer_that_still_runs_does_not_keep_its_server_from_being_tried()
    {
        await using var stage = await RoutingStage.StartAsync(home => home);
        using var running = (await stage.TakeAsync().OrHang()).Lease!;
        await stage.OpenCircuit("home");
        stage.Time.Advance(ServerCircuit.Break);

        using var trial = (await stage.TakeAsync().OrHang()).Lease!;

        Assert.False(trial.LastResort);
    }

    [Fact]
    public async Task A_conversation_stays_with_its_server_while_that_is_hardly_busier_than_others()
    {
        await using var stage = await RoutingStage.StartAsync(home => home, other => other with { Name = "other" });
        using var one = (await stage.TakeAsync(stage.Choice(preferred: "other")).OrHang()).Lease!;
        using var two = (await stage.TakeAsync(stage.Choice(preferred: "other")).OrHang()).Lease!;
        // Two more than the idlest: another asks less of the GPU.
        using var three = (await stage.TakeAsync(stage.Choice(preferred: "other")).OrHang()).Lease!;

        Assert.Equal(["other", "other", "home"], new[] { one, two, three }.Select(static lease => lease.Server.Name));
    }

    [Fact]
    public async Task A_crowd_in_one_conversation_is_spread_over_all_servers()
    {
        await using var stage = await RoutingStage.StartAsync(home => home, other => other with { Name = "other" }, third => third with { Name = "third" });
        var leases = new List<ServerLease>();
        for (var i = 0; i < 50; i++)
            leases.Add((await stage.TakeAsync(stage.Choice(preferred: "other")).OrHang()).Lease!);

        Assert.All(stage.Registry.Current.Servers, static server => Assert.InRange(server.Load.Running, 16, 18));
        leases.ForEach(static lease => lease.Dispose());
    }

    [Fact]
    public async Task Who_waits_for_a_full_server_goes_to_another_one_as_soon_as_its_rest_is_over()
    {
        await using var stage = await RoutingStage.StartAsync(home => home with { MaxConcurrent = 1 }, other => other with { Name = "other", Priority = -1 });
        stage["other"].Rate.Rest(TimeSpan.FromSeconds(5));
        using var first = (await stage.TakeAsync().OrHang()).Lease!;
        var waiting = stage.TakeAsync();
        Assert.False(waiting.IsCompleted);

        stage.Time.Advance(TimeSpan.FromSeconds(5));
        using var second = (await waiting.OrHang()).Lease!;

        Assert.Equal(("home", "other"), (first.Server.Name, second.Server.Name));
    }

    [Fact]
    public async Task A_fallback_is_served_only_where_its_name_means_a_model_that_the_key_may_use()
    {
        await using var stage = await RoutingStage.StartAsync(
            new Dictionary<string, IReadOnlyList<string>> { ["big"] = ["small"] },
            home => home with { Aliases = new Dictionary<string, string> { ["small"] = "test-model" } },
            cloud => cloud with { Name = "cloud", Aliases = new Dictionary<string, string> { ["small"] = "dear" } });
        var caller = new RosterEntry("alice", "key", default, RequestLimits.None, ["big", "home-only"]);

        Assert.Empty(stage.Choice("big", caller).Tiers[1].Routes);
        Assert.Equal(["home"], stage.Choice("big", caller with { Models = ["big", "test-*"] }).Tiers[1].Routes.Select(route => route.Server.Name));
    }

    [Fact]
    public async Task A_limit_on_the_answer_as_large_as_numbers_go_is_still_a_need()
    {
        await using var stage = await RoutingStage.StartAsync(home => home with { Prices = new Dictionary<string, ModelPrice> { ["*"] = new(1, null, 1) } });

        var need = new RouteDemand(static _ => 1000, long.MaxValue).At(new ServerRoute(stage["home"], "test-model"));

        Assert.InRange(need.Tokens, 1_000_000, long.MaxValue);
        Assert.InRange(need.Cost!.Value, 1, decimal.MaxValue);
    }
}
