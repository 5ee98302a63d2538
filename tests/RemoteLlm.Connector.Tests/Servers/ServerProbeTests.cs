using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class ModelDiscoveryTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly LlmHttpClient _client = new(new LlmServerOptions());
    private readonly ScriptedLlmServer _llm = new(LlmScripts.Completion());
    private readonly Channel<ServerState> _changes = Channel.CreateBounded<ServerState>(100);
    private readonly ModelDiscovery _discovery;

    public ModelDiscoveryTests()
    {
        _discovery = new ModelDiscovery(new LlmServerOptions { Url = _llm.Url.AbsoluteUri }, _client, _time, NullLogger<ModelDiscovery>.Instance);
        _discovery.Changed += state => _changes.Writer.TryWrite(state);
    }

    [Fact]
    public async Task Finds_the_models_at_start()
    {
        await Start();
        Assert.Equal((true, null), (_discovery.Current.Reachable, _discovery.Current.LastError));
        Assert.Equal(["test-model"], _discovery.Current.Models);
        Assert.Equal(["test-model"], (await NextChange()).Models);
    }

    [Fact]
    public async Task A_new_model_is_noticed_at_the_next_period_and_announced_once()
    {
        await Start();
        await NextChange();
        await Wait(TimeSpan.FromSeconds(30));
        _llm.Models = ["test-model", "another"];
        await Wait(TimeSpan.FromSeconds(30));
        Assert.Equal(["another", "test-model"], (await NextChange()).Models);

        _llm.Models = ["another", "test-model"];
        await Wait(TimeSpan.FromSeconds(30));
        Assert.False(_changes.Reader.TryPeek(out _));
    }

    [Fact]
    public async Task A_server_that_goes_keeps_its_models_and_one_that_comes_back_is_noticed_within_the_back_off()
    {
        await Start();
        await NextChange();
        _llm.Refuse();
        _discovery.RequestRefresh();
        await Wait(ModelDiscovery.ShortestWait);
        var down = await NextChange();
        Assert.False(down.Reachable);
        Assert.Contains("cannot be reached", down.LastError, StringComparison.Ordinal);
        Assert.Equal(["test-model"], down.Models);
        Assert.Equal(_time.GetUtcNow(), down.Since);

        await Wait(TimeSpan.FromSeconds(1));
        _llm.Listen();
        await Wait(TimeSpan.FromSeconds(2));
        Assert.True((await NextChange()).Reachable);
    }

    [Fact]
    public async Task Refreshes_asked_for_together_are_one_and_not_more_than_one_a_second()
    {
        await Start();
        for (var i = 0; i < 100; i++)
            _discovery.RequestRefresh();
        await Wait(ModelDiscovery.ShortestWait);
        Assert.Equal(2, _llm.ModelListings);

        // A request left over would make the loop look every second.
        Assert.False(_discovery.RefreshPending);
    }

    [Fact]
    public async Task A_server_that_hangs_is_down_after_the_timeout()
    {
        _llm.Models = null;
        _llm.Script = LlmScripts.Hang();
        await _discovery.StartAsync(TestContext.Current.CancellationToken);
        await _llm.NextExchange();
        _time.Advance(ModelDiscovery.LookTimeout);
        await _discovery.FirstLook.OrHang();
        Assert.Contains("within 10 s", _discovery.Current.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_that_fails_does_not_end_the_looking()
    {
        _discovery.Changed += _ => throw new InvalidOperationException("as planned");
        await Start();
        _llm.Models = ["another"];
        await Wait(TimeSpan.FromSeconds(30));
        await NextChange();
        Assert.Equal(["another"], (await NextChange()).Models);
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(1_000_000, 30)]
    public void The_wait_doubles_up_to_the_period(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), _discovery.WaitAfter(failures));

    [Fact]
    public async Task Stops_at_once_in_the_middle_of_a_look()
    {
        _llm.Models = null;
        _llm.Script = LlmScripts.Hang();
        await _discovery.StartAsync(TestContext.Current.CancellationToken);
        var exchange = await _llm.NextExchange();
        await _discovery.StopAsync(TestContext.Current.CancellationToken).OrHang();
        await exchange.PeerClosed.OrHang();
        Assert.True(_discovery.FirstLook.IsCanceled);
    }

    public async ValueTask DisposeAsync()
    {
        await _discovery.StopAsync(CancellationToken.None).OrHang();
        _discovery.Dispose();
        _client.Dispose();
        await _llm.DisposeAsync();
    }

    private async Task Start()
    {
        await _discovery.StartAsync(TestContext.Current.CancellationToken);
        await _discovery.FirstLook.OrHang();
    }

    /// <summary>Lets the loop reach its wait, then lets that much time pass and the look that follows end.</summary>
    private async Task Wait(TimeSpan time)
    {
        await _time.UntilArmed();
        var looks = _discovery.Looks;
        _time.Advance(ModelDiscovery.ShortestWait);
        if (time > ModelDiscovery.ShortestWait)
        {
            await _time.UntilArmed();
            _time.Advance(time - ModelDiscovery.ShortestWait);
        }

        await UntilLooked(looks + 1);
    }

    private Task<ServerState> NextChange() => _changes.Reader.ReadAsync(TestContext.Current.CancellationToken).OrHang();

    private async Task UntilLooked(int times)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (_discovery.Looks < times)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < HangGuard.Limit, "the loop does not look");
            await Task.Yield();
        }
    }
}
