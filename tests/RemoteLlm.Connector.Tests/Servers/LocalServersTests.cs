using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class LocalServersTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task All_that_have_a_model_are_found_in_the_order_of_their_ports_as_what_they_say_they_are()
    {
        await using var empty = new ScriptedLlmServer(LlmScripts.Json("{}", 404)) { Models = [] };
        await using var second = new ScriptedLlmServer(LlmScripts.Hang()) { Models = ["b"] };
        await using var third = new ScriptedLlmServer(LlmScripts.Json("""{"data":[{"id":"c","owned_by":"vllm"}]}""")) { Models = null };
        await using var gone = new ScriptedLlmServer(LlmScripts.Hang());
        gone.Refuse();

        var found = await Detect(gone.Port, empty.Port, third.Port, second.Port).OrHang();
        Assert.Equal([(ServerKind.Vllm, "vLLM"), (ServerKind.Generic, "an LLM server")], found.Select(server => (server.Kind, server.Product)));
        Assert.Equal($"http://127.0.0.1:{third.Port}", found[0].Address.ToString());
        Assert.Equal(["c"], found[0].Models);
    }

    [Fact]
    public async Task One_that_hangs_is_left_alone_after_its_time()
    {
        await using var hung = new ScriptedLlmServer(LlmScripts.Hang()) { Models = null };
        await using var garbage = new ScriptedLlmServer(LlmScripts.Garbage()) { Models = null };
        var detecting = Detect(hung.Port, garbage.Port);
        var exchange = await hung.NextExchange();
        _time.Advance(LocalServers.LookTimeout);
        Assert.Empty(await detecting.OrHang());
        await exchange.PeerClosed.OrHang();
    }

    private Task<IReadOnlyList<LocalServer>> Detect(params int[] ports) => LocalServers.DetectAllAsync(ports, _time, TestContext.Current.CancellationToken);
}
