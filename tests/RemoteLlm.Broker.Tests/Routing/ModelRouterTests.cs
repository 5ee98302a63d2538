using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Broker.Tests.Connectors;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Tests.Routing;

public sealed class ModelRouterTests : IAsyncDisposable
{
    private readonly SessionStage _stage = new();
    private readonly ModelRouter _router;

    public ModelRouterTests() => _router = new ModelRouter(_stage.Registry);

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task The_least_busy_session_that_serves_the_model_comes_first()
    {
        var (busy, channel, _) = await _stage.OpenReadyAsync("c1", name: "busy", models: ["llama3", "qwen"]);
        var (free, _, _) = await _stage.OpenReadyAsync("c2", name: "free", models: ["llama3"]);
        await _stage.OpenReadyAsync("c3", name: "other", models: ["mistral"]);
        channel.Enter();

        Assert.Equal([free, busy], _router.Candidates("llama3"));
        Assert.Equal([busy], _router.Candidates("qwen"));
        Assert.Empty(_router.Candidates("LLAMA3"));
        channel.Leave();
        Assert.Equal([free, busy], _router.Candidates("llama3"));
    }

    [Fact]
    public async Task Equals_take_turns_whatever_else_is_picked_in_between()
    {
        var (one, _, _) = await _stage.OpenReadyAsync("c1", name: "one", models: ["llama3", "qwen"]);
        var (two, _, _) = await _stage.OpenReadyAsync("c2", name: "two", models: ["llama3"]);
        var picked = new List<ConnectorSession>();
        for (var i = 0; i < 100; i++)
        {
            picked.Add(_router.Pick("llama3", null).Route!.Value.Session);
            if (i % 3 == 0)
                _router.Pick("qwen", null);
        }

        Assert.InRange(picked.Count(session => session == one), 30, 50);
        Assert.Equal(100, picked.Count(session => session == one || session == two));
    }

    [Fact]
    public async Task A_busier_session_is_picked_only_when_the_other_is_as_busy()
    {
        var (_, busy, _) = await _stage.OpenReadyAsync("c1", name: "busy", models: ["llama3"]);
        var (free, channel, _) = await _stage.OpenReadyAsync("c2", name: "free", models: ["llama3"]);
        busy.Enter();

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(free, _router.Pick("llama3", null).Route!.Value.Session));
        channel.Enter();

        Assert.Equal(busy, _router.Pick("llama3", null).Route!.Value.Channel);
    }

    [Fact]
    public async Task Where_a_request_failed_it_goes_last_and_on_another_channel()
    {
        var (one, first, _) = await _stage.OpenReadyAsync("c1", name: "one", models: ["llama3"]);
        var (two, other, _) = await _stage.OpenReadyAsync("c2", name: "two", models: ["llama3"]);
        other.Enter();
        other.Enter();
        var tried = new TriedRoutes();
        tried.Add(new Route(one, first), refused: false);

        Assert.Equal(two, _router.Pick("llama3", tried).Route!.Value.Session);
        Assert.True(_router.HasOther("llama3", one, null));
        tried.Add(new Route(two, other), refused: false);
        Assert.False(_router.HasOther("llama3", one, tried));
        Assert.Equal((null, true), (_router.Pick("llama3", tried) is var pick ? pick.Route : null, pick.Exhausted));
        Assert.NotNull(pick.Ending);

        first.Enter();
        var (second, _) = await _stage.ConnectAsync(one, number: 1);
        Assert.Equal(new Route(one, second.Client), _router.Pick("llama3", tried).Route);

        tried.Add(new Route(one, first), refused: true);
        tried.Add(new Route(two, other), refused: true);
        Assert.Equal(new RoutePick(null, null, Exhausted: true), _router.Pick("llama3", tried));
    }

    [Fact]
    public async Task Pick_NobodyServes_SaysSo()
    {
        await _stage.OpenReadyAsync("c1", models: ["llama3"]);

        Assert.Equal(new RoutePick(null, null, Exhausted: false), _router.Pick("gpt-9", null));
        Assert.False(_router.HasOther("gpt-9", _stage.Registry.All[0], null));
    }

    [Fact]
    public async Task A_model_of_a_session_that_cannot_be_reached_at_the_moment_may_return_though_nobody_ever_asked_for_it()
    {
        await _stage.OpenReadyAsync("c1", name: "there", models: ["llama3"]);
        _stage.Open("c2", name: "not-yet", models: ["qwen"]);

        Assert.True(_router.MayReturn("qwen"));
        Assert.False(_router.MayReturn("gpt-9"));
    }

    [Fact]
    public async Task A_model_that_was_served_before_may_return_and_one_never_heard_of_may_not()
    {
        Assert.True(_router.MayReturn("anything"));
        await _stage.OpenReadyAsync("c1", models: ["llama3"]);
        _router.Candidates("llama3");
        _stage.Sessions.Report("c1", ModelInventory.Empty);

        Assert.Empty(_router.Candidates("llama3"));
        Assert.True(_router.MayReturn("llama3"));
        Assert.False(_router.MayReturn("gpt-9"));
    }

    [Fact]
    public async Task A_connector_whose_server_has_not_answered_yet_is_asked_what_is_wrong()
    {
        var (blind, _, _) = await _stage.OpenReadyAsync("c1");
        _stage.Sessions.Report("c1", new ModelInventory([], "the LLM server does not answer"));

        Assert.Equal([blind], _router.Candidates("llama3"));
    }

    [Fact]
    public async Task Models_are_listed_once_in_order_and_as_far_as_the_key_goes()
    {
        await _stage.OpenReadyAsync("c1", name: "a", models: ["qwen", "llama3"]);
        await _stage.OpenReadyAsync("c2", name: "b", models: ["llama3", "llama4"]);

        Assert.Equal(["llama3", "llama4", "qwen"], _router.Visible(null).Select(model => model.Id));
        Assert.Equal(["llama3", "llama4"], _router.Visible(["llama*"]).Select(model => model.Id));
    }

    [Fact]
    public async Task A_draining_session_gets_nothing_new()
    {
        await _stage.OpenReadyAsync("c1", models: ["llama3"]);

        _stage.Sessions.Drain("c1");

        Assert.Empty(_router.Candidates("llama3"));
        Assert.Empty(_router.Visible(null));
    }

    [Fact]
    public async Task What_a_connector_reports_is_bounded()
    {
        var (session, _, _) = await _stage.OpenReadyAsync("c1");
        _stage.Sessions.Report("c1", SessionStage.Inventory(["", new string('x', 257), "twice", "twice", .. Enumerable.Range(0, 5000).Select(number => $"m{number}")]));

        Assert.InRange(session.Models.Count(), 1000, ModelInventory.MaxModels);
        Assert.False(session.Serves(""));
        Assert.True(session.Serves("twice"));
    }
}
