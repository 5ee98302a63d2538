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
