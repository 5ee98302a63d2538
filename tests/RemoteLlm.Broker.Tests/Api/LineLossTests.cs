using RemoteLlm.Broker.Api;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Broker.Tests.Connectors;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Api;

public sealed class LineLossTests : IAsyncDisposable
{
    private readonly SessionStage _stage = new();
    private readonly ModelRouter _router;
    private readonly LineLoss _loss;
    private readonly TaskCompletionSource _sending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LineLossTests()
    {
        _router = new ModelRouter(_stage.Registry);
        _loss = new LineLoss(_router, _stage.Registry, _stage.Time);
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_request_moves_when_the_line_has_been_away_for_2_s_and_somebody_else_serves_the_model()
    {
        var route = await OpenAsync("c1", "home");
        await OpenAsync("c2", "other");
        await _stage.LoseLineAsync(route.Channel, dial: 0);

        var moves = MovesAsync(route);
        _stage.Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(moves.IsCompleted);
        _stage.Time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.True(await moves.OrHang());
    }

    [Fact]
    public async Task It_stays_where_nobody_else_serves_the_model_and_moves_the_moment_somebody_does()
    {
        var route = await OpenAsync("c1", "home");
        await _stage.OpenReadyAsync("c2", name: "other", models: ["qwen"]);
        await _stage.LoseLineAsync(route.Channel, dial: 0);

        var moves = MovesAsync(route);
        _stage.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(moves.IsCompleted);
        _stage.Sessions.Report("c2", SessionStage.Inventory("llama3"));

        Assert.True(await moves.OrHang());
    }

    [Fact]
    public async Task It_does_not_move_to_where_it_was_tried()
    {
        var route = await OpenAsync("c1", "home");
        var tried = new TriedRoutes();
        tried.Add(await OpenAsync("c2", "other"), refused: false);
        await _stage.LoseLineAsync(route.Channel, dial: 0);

        var moves = _loss.MovesAsync(_sending.Task, route, "llama3", tried);
        _stage.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.False(moves.IsCompleted);
        _sending.SetResult();
        Assert.False(await moves.OrHang());
    }

    [Fact]
    public async Task It_stays_while_another_line_of_its_connector_is_up()
    {
        var route = await OpenAsync("c1", "home");
        var (second, _) = await _stage.ConnectAsync(route.Session, number: 1);
        await OpenAsync("c2", "other");
        await _stage.LoseLineAsync(route.Channel, dial: 0);

        var moves = MovesAsync(route);
        _stage.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(moves.IsCompleted);

        await _stage.LoseLineAsync(second.Client, dial: 1);
        // The watch begins to count when it has noticed.
        _stage.Registry.Pulse();
        while (!moves.IsCompleted)
        {
            _stage.Time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Yield();
        }

        Assert.True(await moves.OrHang());
    }

    [Fact]
    public async Task An_answer_ends_the_watch_line_or_no_line()
    {
        var route = await OpenAsync("c1", "home");
        await OpenAsync("c2", "other");

        var moves = MovesAsync(route);
        await _stage.LoseLineAsync(route.Channel, dial: 0);
        _sending.SetResult();

        Assert.False(await moves.OrHang());
    }

    private Task<bool> MovesAsync(Route route) => _loss.MovesAsync(_sending.Task, route, "llama3", null);

    private async Task<Route> OpenAsync(string control, string name)
    {
        var (session, channel, _) = await _stage.OpenReadyAsync(control, name: name, models: ["llama3"]);
        return new Route(session, channel);
    }
}
