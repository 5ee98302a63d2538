using RemoteLlm.Connector.Servers;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class LocalServersTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task The_first_that_has_a_model_wins()
    {
        await using var empty = new ScriptedLlmServer(LlmScripts.Hang()) { Models = [] };
        await using var second = new ScriptedLlmServer(LlmScripts.Hang()) { Models = ["b"] };
        await using var third = new ScriptedLlmServer(LlmScripts.Hang()) { Models = ["c"] };
        await using var gone = new ScriptedLlmServer(LlmScripts.Hang());
        gone.Refuse();

        var found = await Detect(("gone", gone.Port), ("empty", empty.Port), ("second", second.Port), ("third", third.Port)).OrHang();
        Assert.Equal("second", found!.Kind);
        Assert.Equal($"http://127.0.0.1:{second.Port}", found.Address.ToString());
        Assert.Equal(["b"], found.Models);
    }

    [Fact]
    public async Task One_that_hangs_is_left_alone_after_its_time()
    {
        await using var hung = new ScriptedLlmServer(LlmScripts.Hang()) { Models = null };
        await using var garbage = new ScriptedLlmServer(LlmScripts.Garbage()) { Models = null };
        var detecting = Detect(("hung", hung.Port), ("garbage", garbage.Port));
        var exchange = await hung.NextExchange();
        _time.Advance(LocalServers.LookTimeout);
        Assert.Null(await detecting.OrHang());
        await exchange.PeerClosed.OrHang();
    }

    private Task<LocalServer?> Detect(params (string Kind, int Port)[] places) =>
        LocalServers.DetectAsync(places, _time, TestContext.Current.CancellationToken);
}
