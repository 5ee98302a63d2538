namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>A server's own limit on requests is kept on our side.</summary>
public sealed class ServerRateTests
{
    [Fact]
    public async Task Request_beyond_the_limit_goes_elsewhere()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Cluster.Start(home.Url, new ClusterOptions
        {
            Servers = ServersText.Of(home.Entry("home", "\"requests_per_minute\":1"), other.Entry("other", "\"priority\":1")),
            ConnectorTime = new ManualTime(),
        });

        using var first = await cluster.Client.Chat();
        using var second = await cluster.Client.Chat();
        using var third = await cluster.Client.Chat();

        await first.AssertGood("home");
        await second.AssertGood("other");
        await third.AssertGood("other");
        Assert.Single(home.Asked());
    }

    [Fact]
    public async Task Request_beyond_the_limit_waits_where_there_is_no_other_server()
    {
        var time = new ManualTime();
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var open = new ScriptedLlmServer(WorkScripts.Good) { Models = ["open-model"] };
        await using var cluster = await Cluster.Start(home.Url, new ClusterOptions
        {
            Servers = ServersText.Of(home.Entry("home", "\"requests_per_minute\":6"), open.Entry("open")),
            ConnectorTime = time,
        });
        await cluster.UntilServed("open-model");
        using var first = await cluster.Client.Chat();
        await first.AssertGood("home");

        var waiting = cluster.Client.Chat();
        await time.UntilArmedFor(TimeSpan.FromSeconds(10));
        using var behind = await cluster.Client.Chat(model: "open-model");
        Assert.Single(home.Asked());
        time.Advance(TimeSpan.FromSeconds(10));

        using var second = await waiting.OrHang();
        await second.AssertGood("home");
        Assert.Equal(2, home.Asked().Count);
    }
}
