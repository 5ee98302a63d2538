using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class ServerProbeTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly ScriptedLlmServer _llm = new(LlmScripts.Completion());
    private readonly LlmHttpClient _client;
    private readonly Channel<ServerState> _changes = Channel.CreateBounded<ServerState>(100);
    private readonly ServerProbe _probe;
    private bool _stopped;

    public ServerProbeTests()
    {
        var entry = new ServerEntry { Name = "gpu", Address = ServerAddress.Parse(_llm.Url.AbsoluteUri), Text = "" };
        _client = new LlmHttpClient(entry);
        _probe = new ServerProbe(entry.Name, new ServerQuery(_client.Fresh, entry.Address, null), new VllmClient(), static () => null, entry.LookPeriod, null, _time, NullLogger<ServerProbe>.Instance);
        _probe.Changed += () => _changes.Writer.TryWrite(_probe.Current);
    }

    [Fact]
    public async Task Finds_the_models_at_start()
    {
        await Start();
        Assert.Equal((true, null), (_probe.Current.Reachable, _probe.Current.LastError));
        Assert.Equal(["test-model"], Ids(_probe.Current));
        Assert.Equal(["test-model"], Ids(await NextChange()));
    }

    [Fact]
    public async Task A_new_model_is_noticed_at_the_next_period_and_announced_once()
    {
        await Start();
        await NextChange();
        await Wait(TimeSpan.FromSeconds(30));
        _llm.Models = ["test-model", "another"];
        await Wait(TimeSpan.FromSeconds(30));
        Assert.Equal(["another", "test-model"], Ids(await NextChange()));

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
        _probe.RequestRefresh();
        await Wait(ServerProbe.ShortestWait);
        var down = await NextChange();
        Assert.False(down.Reachable);
        Assert.Contains("cannot be reached", down.LastError, StringComparison.Ordinal);
        Assert.Equal(["test-model"], Ids(down));
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
            _probe.RequestRefresh();
        await Wait(ServerProbe.ShortestWait);
        Assert.Equal(2, _llm.ModelListings);

        // A request left over would make the loop look every second.
        Assert.False(_probe.RefreshPending);
    }

    [Fact]
    public async Task A_server_that_hangs_is_down_after_the_timeout()
    {
        _llm.Models = null;
        _llm.Script = LlmScripts.Hang();
        _probe.Start();
        await _llm.NextExchange();
        _time.Advance(ServerProbe.LookTimeout);
        await _probe.FirstLook.OrHang();
        Assert.Contains("within 10 s", _probe.Current.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_that_fails_does_not_end_the_looking()
    {
        _probe.Changed += () => throw new InvalidOperationException("as planned");
        await Start();
        _llm.Models = ["another"];
        await Wait(TimeSpan.FromSeconds(30));
        await NextChange();
        Assert.Equal(["another"], Ids(await NextChange()));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(1_000_000, 30)]
    public void The_wait_doubles_up_to_the_period(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), _probe.WaitAfter(failures));

    [Fact]
    public async Task Stops_at_once_in_the_middle_of_a_look()
    {
        _llm.Models = null;
        _llm.Script = LlmScripts.Hang();
        _probe.Start();
        var exchange = await _llm.NextExchange();
        await _probe.DisposeAsync().OrHang();
        _stopped = true;
        await exchange.PeerClosed.OrHang();
        Assert.True(_probe.FirstLook.IsCanceled);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
            await _probe.DisposeAsync().OrHang();
        _client.Dispose();
        await _llm.DisposeAsync();
    }

    private static IEnumerable<string> Ids(ServerState state) => state.Models.Select(model => model.Id);

    private async Task Start()
    {
        _probe.Start();
        await _probe.FirstLook.OrHang();
    }

    /// <summary>Lets the loop reach its wait, then lets that much time pass and the look that follows end.</summary>
    private async Task Wait(TimeSpan time)
    {
        await _time.UntilArmed();
        var looks = _probe.Looks;
        _time.Advance(ServerProbe.ShortestWait);
        if (time > ServerProbe.ShortestWait)
        {
            await _time.UntilArmed();
            _time.Advance(time - ServerProbe.ShortestWait);
        }

        await UntilLooked(looks + 1);
    }

    private Task<ServerState> NextChange() => _changes.Reader.ReadAsync(TestContext.Current.CancellationToken).OrHang();

    private async Task UntilLooked(int times)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (_probe.Looks < times)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < HangGuard.Limit, "the loop does not look");
            await Task.Yield();
        }
    }
}
