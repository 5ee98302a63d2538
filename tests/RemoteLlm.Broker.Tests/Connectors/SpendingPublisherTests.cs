using RemoteLlm.Broker.Connectors;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Connectors;

public sealed class SpendingPublisherTests : IAsyncDisposable
{
    private readonly SessionStage _stage = new();
    // A clock of its own: others wait for a second by that of the stage.
    private readonly ManualTime _time = new();
    private readonly FakeLedger _ledger = new() { Tokens = { ["alice"] = 5, ["bob"] = 7 } };
    private readonly SpendingPublisher _publisher;

    public SpendingPublisherTests()
    {
        _publisher = new SpendingPublisher(_ledger, _stage.Registry, _stage.Calls, _time);
        _stage.Open("c1", name: "one");
        _stage.Open("c2", name: "two");
    }

    public async ValueTask DisposeAsync()
    {
        await _publisher.StopAsync(CancellationToken.None).OrHang();
        _publisher.Dispose();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task Changes_are_gathered_for_a_second_and_told_to_every_session()
    {
        await Start();
        _ledger.Change("alice");
        await _time.UntilArmedFor(SpendingPublisher.Gather);
        _ledger.Change("bob", "nobody");
        Assert.Empty(Said("c1"));

        _ledger.Tokens["alice"] = 6;
        await Turn();

        Assert.Equal(["spending changes alice=6 bob=7"], Said("c1"));
        Assert.Equal(Said("c1"), Said("c2"));

        // Within the next second: after it.
        _ledger.Change("bob");
        Assert.Single(Said("c1"));
        await Turn();
        Assert.Equal("spending changes bob=7", Said("c1")[^1]);
    }

    [Fact]
    public async Task All_of_them_are_told_as_a_whole()
    {
        await Start();
        _ledger.Change("alice");
        await _time.UntilArmedFor(SpendingPublisher.Gather);
        _ledger.ChangeAll();
        _ledger.Change("bob");

        await Turn();

        Assert.Equal(["spending whole alice=5 bob=7"], Said("c1"));
    }

    [Fact]
    public async Task Users_without_a_budget_are_nobodys_news()
    {
        await Start();
        _ledger.Change("nobody");
        await _time.UntilArmedFor(SpendingPublisher.Gather);
        await Turn();

        Assert.Empty(Said("c1"));
    }

    [Fact]
    public async Task A_connector_that_does_not_read_delays_no_other_gets_one_message_then_and_loses_its_control_connection_at_last()
    {
        var stuck = new TaskCompletionSource();
        _stage.Connector("c1").Reads = stuck.Task;
        await Start();
        foreach (var user in new[] { "alice", "bob", "alice" })
        {
            _ledger.Change(user);
            await _time.UntilArmedFor(SpendingPublisher.Gather);
            await Turn();
        }

        Assert.Equal(["spending changes alice=5"], Said("c1"));
        Assert.Equal(3, Said("c2").Count);
        stuck.SetResult();
        while (Said("c1").Count < 2)
            await Task.Yield();
        Assert.Equal("spending changes alice=5 bob=7", Said("c1")[^1]);
        Assert.False(_stage.Connector("c1").Aborted);

        _stage.Connector("c1").Reads = new TaskCompletionSource().Task;
        _ledger.Change("bob");
        await _time.UntilArmedFor(SpendingPublisher.Gather);
        await Turn();
        _stage.Time.Advance(TimeSpan.FromSeconds(30));
        while (!_stage.Connector("c1").Aborted)
            await Task.Yield();
        Assert.False(_stage.Connector("c2").Aborted);
    }

    private async Task Start()
    {
        await _publisher.StartAsync(CancellationToken.None);
        while (!_ledger.IsHeard)
            await Task.Yield();
    }

    private IReadOnlyList<string> Said(string control)
    {
        var said = _stage.Connector(control).Said;
        lock (said)
            return [.. said];
    }

    // A second passes, and what is told then is told.
    private async Task Turn()
    {
        _time.Advance(SpendingPublisher.Gather);
        await _time.UntilArmedFor(SpendingPublisher.Gather);
    }
}
