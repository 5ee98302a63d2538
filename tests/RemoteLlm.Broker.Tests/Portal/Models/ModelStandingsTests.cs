using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Portal.Models;
using RemoteLlm.Broker.Tests.Connectors;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Tests.Portal.Models;

public sealed class ModelStandingsTests : IAsyncDisposable
{
    private readonly SessionStage _stage = new();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_model_of_a_connector_that_tells_nothing_of_its_servers_is_taken_for_ready()
    {
        await _stage.OpenReadyAsync("c1", name: "one", models: ["llama"]);

        var row = Assert.Single(Rows());

        Assert.Equal(("llama", ModelState.Ready), (row.Id, row.State));
        Assert.Null(row.Load);
        Assert.Equal(["one"], row.Connectors);
    }

    [Fact]
    public async Task Load_is_that_of_all_healthy_servers_that_have_the_model()
    {
        var (one, _, _) = await _stage.OpenReadyAsync("c1", name: "one", models: ["llama", "qwen"]);
        var (two, _, _) = await _stage.OpenReadyAsync("c2", name: "two", models: ["llama"]);
        Report(one, "c1", Server("a", busy: 2, slots: 4, latency: 0.5, models: ["llama", "qwen"]), Server("b", healthy: false, busy: 9, slots: 9, models: ["llama"]));
        Report(two, "c2", Server("c", busy: 1, slots: 2, waiting: 0, latency: 0.2, models: ["llama"]), Server("d", busy: 7, slots: 7, models: ["mistral"]));

        var row = Rows().Single(row => row.Id == "llama");

        Assert.Equal(new ModelLoad(3, 6, 0, 0.2), row.Load);
        Assert.Equal(ModelState.Ready, row.State);
        Assert.Equal(["one", "two"], row.Connectors);
    }

    [Fact]
    public async Task A_model_whose_slots_are_taken_is_busy()
    {
        var (one, _, _) = await _stage.OpenReadyAsync("c1", name: "one", models: ["llama"]);
        Report(one, "c1", Server("a", busy: 4, slots: 4, models: ["llama"]));

        Assert.Equal(ModelState.Busy, Assert.Single(Rows()).State);
    }

    [Fact]
    public async Task A_model_whose_servers_are_all_ill_is_down_and_says_why()
    {
        var (one, _, _) = await _stage.OpenReadyAsync("c1", name: "one", models: ["llama"]);
        Report(one, "c1", Server("a", healthy: false, models: ["llama"]) with { Problem = "It refuses connections." });

        var row = Assert.Single(Rows());

        Assert.Equal((ModelState.Down, "It refuses connections."), (row.State, row.Remark));
        Assert.Null(row.Load);
    }

    [Fact]
    public async Task A_model_that_its_owner_does_not_share_now_says_from_when_on_he_does()
    {
        var (one, _, _) = await _stage.OpenReadyAsync("c1", name: "one", models: ["llama"]);
        var opens = _stage.Time.GetUtcNow().AddHours(3);
        one.Report(one.Inventory with { Paused = true, OpensAt = opens });

        var row = Assert.Single(Rows());

        Assert.Equal((ModelState.Paused, opens), (row.State, row.OpensAt));
    }

    [Fact]
    public async Task A_model_that_is_shared_elsewhere_is_not_paused_where_one_owner_pauses()
    {
        var (one, _, _) = await _stage.OpenReadyAsync("c1", name: "one", models: ["llama"]);
        await _stage.OpenReadyAsync("c2", name: "two", models: ["llama"]);
        one.Report(one.Inventory with { Paused = true });

        var row = Assert.Single(Rows());

        Assert.Equal(ModelState.Ready, row.State);
        Assert.Equal(["two"], row.Connectors);
    }

    [Fact]
    public async Task A_model_of_a_connector_that_is_leaving_is_away()
    {
        var (one, _, _) = await _stage.OpenReadyAsync("c1", name: "one", models: ["llama"]);
        one.Draining = true;

        Assert.Equal(ModelState.Away, Assert.Single(Rows()).State);
    }

    [Fact]
    public async Task What_a_user_may_not_use_is_counted_and_not_named()
    {
        await _stage.OpenReadyAsync("c1", name: "one", models: ["llama", "secret-1", "secret-2"]);

        var rows = ModelStandings.Of(_stage.Registry, ["llama*"], out var hidden);

        Assert.Equal("llama", Assert.Single(rows).Id);
        Assert.Equal(2, hidden);
    }

    [Fact]
    public async Task Of_several_contexts_the_smallest_is_what_a_request_may_rely_on()
    {
        var (one, _, _) = await _stage.OpenReadyAsync("c1", name: "one", models: ["llama"]);
        var (two, _, _) = await _stage.OpenReadyAsync("c2", name: "two", models: ["llama"]);
        one.Report(new ModelInventory([new ModelDescription("llama", 0, "x") { ContextLength = 8192, Capabilities = ModelCapabilities.Chat | ModelCapabilities.Vision, Loaded = false }]));
        two.Report(new ModelInventory([new ModelDescription("llama", 0, "x") { ContextLength = 32768, Loaded = true }]));

        var row = Assert.Single(Rows());

        Assert.Equal((8192, true), (row.ContextLength, row.Loaded));
        Assert.Equal(["chat", "images"], row.Abilities);
    }

    private IReadOnlyList<ModelRow> Rows() => ModelStandings.Of(_stage.Registry, globs: null, out _);

    private static void Report(ConnectorSession session, string control, params ServerStatus[] servers) => Assert.True(session.Report(control, new ConnectorStatus(servers, [])));

    private static ServerStatus Server(string name, bool healthy = true, int busy = 0, int? slots = null, int waiting = 0, double? latency = null, params string[] models) =>
        new(name, "ollama", healthy) { Busy = busy, Slots = slots, Waiting = waiting, Latency = latency, Models = models };
}
