namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary><c>servers.json</c> is edited while a request waits for its server.</summary>
public sealed class LiveQueueTests
{
    private const string Open = "\"priority\":1,\"overflow\":false";

    [Theory]
    [InlineData("\"aliases\":{\"edited\":\"test-model\"}")]
    [InlineData("\"aliases\":{\"edited\":\"test-model\"},\"defaults\":{\"temperature\":0.2,\"top_k\":7}")]
    public async Task Request_that_waits_for_a_server_that_is_edited_goes_there_in_its_turn(string edit)
    {
        using var gate = new Turnstile();
        await using var home = new ScriptedLlmServer(WorkScripts.Held(gate));
        await using var open = new ScriptedLlmServer(WorkScripts.Good) { Models = ["open-model"] };
        await using var cluster = await Start(home, open);
        using var first = await cluster.Client.Chat(stream: true);
        var waiting = cluster.Client.Chat();
        await UntilItWaits(cluster);

        cluster.WriteServers(ServersText.Of(home.Entry("home", $"\"max_concurrent\":1,{edit}"), open.Entry("open", Open)));
        await cluster.UntilServed("edited");
        Assert.False(waiting.IsCompleted);
        Assert.Single(home.Asked());
        gate.Release(2);

        await first.AssertGood("home");
        using var second = await waiting.OrHang();
        await second.AssertGood("home");
        Assert.Equal(edit.Contains("top_k", StringComparison.Ordinal), home.Asked()[^1].BodyText.Contains("\"top_k\":7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_that_waits_for_a_server_that_is_removed_goes_to_another()
    {
        using var gate = new Turnstile();
        await using var home = new ScriptedLlmServer(WorkScripts.Held(gate));
        await using var open = new ScriptedLlmServer(WorkScripts.Good) { Models = ["open-model", "test-model"] };
        await using var cluster = await Start(home, open);
        gate.Release();
        using var first = await cluster.Client.Chat(stream: true);
        var waiting = cluster.Client.Chat();
        await UntilItWaits(cluster);
        Assert.Single(open.Asked());

        cluster.WriteServers(ServersText.Of(open.Entry("open", Open)));

        using var second = await waiting.OrHang();
        await second.AssertGood("open");
        gate.Release();
        await first.AssertGood("home");
    }

    // One that was sent behind it has been answered.
    private static async Task UntilItWaits(Cluster cluster)
    {
        using var behind = await cluster.Client.Chat(model: "open-model");
        await behind.AssertGood("open");
    }

    private static async Task<Cluster> Start(ScriptedLlmServer home, ScriptedLlmServer open)
    {
        var cluster = await Cluster.Start(home.Url, new ClusterOptions { Servers = ServersText.Of(home.Entry("home", "\"max_concurrent\":1"), open.Entry("open", Open)) });
        await cluster.UntilServed("open-model");
        return cluster;
    }
}
