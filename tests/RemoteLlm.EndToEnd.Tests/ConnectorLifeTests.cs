using System.Net;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Connectors come with a wrong token, come twice, are removed.</summary>
public sealed class ConnectorLifeTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("rlc-0000000000000000000000000000dead")]
    public async Task auth_rejection_of_a_connector_comes_before_the_upgrade(string? token)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true });
        using var client = cluster.ClientWith(token);

        foreach (var path in new[] { "_remotellm/control", "_remotellm/channel", "_remotellm/" })
        {
            using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.StatusCode, answer.Header("WWW-Authenticate")));
        }
    }

    [Fact]
    public async Task auth_rejection_of_a_connector_is_logged_with_what_to_do_and_it_keeps_trying()
    {
        var token = ConnectorToken.Generate();
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true });

        var connector = await cluster.StartConnector(token, refusedWait: TimeSpan.FromMilliseconds(20));

        await connector.Logs.Until("Control down", "the broker does not know this token: make one with `remotellm connectors add NAME` at the broker");
        await cluster.BrokerLogs.Until("Connector refused", "unknown token");
        Assert.False(connector.Ended.IsCompleted);
        Assert.DoesNotContain(connector.Logs.Entries.Concat(cluster.BrokerLogs.Entries), entry => entry.Says(token));

        // The operator adds the token: no restart is needed.
        Assert.True((await new ConnectorsFileEditor(cluster.Data, TimeProvider.System).Add("late", token, TestContext.Current.CancellationToken)).IsDone);
        await cluster.UntilServed();
    }

    [Fact]
    public async Task Second_connector_with_the_same_token_takes_over_and_the_older_finishes_and_ends()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url);
        var older = cluster.Connector;
        using var running = await cluster.Client.Chat(stream: true);
        await using var events = await running.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());

        var newer = await cluster.StartConnector();
        await older.Logs.Until("Replaced by another connector process with the same token", "a newer process serves as connector home now");
        await older.Logs.Until("Draining");
        Assert.Equal(DrainReason.Replaced, older.Link.Ended);

        // New requests go to the newer one; what runs on the older one finishes there.
        llm.Script = LlmScripts.Completion();
        using (var answer = await cluster.Client.Chat())
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await newer.Logs.Until("Request", "200");
        Assert.False(older.Ended.IsCompleted);
        gate.Release();
        Assert.Equal("two", await events.NextText());
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
        await older.Ended.OrHang();
        using var after = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.False(newer.Ended.IsCompleted);
    }

    [Fact]
    public async Task Removed_connector_is_cut_off_and_keeps_running()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);

        Assert.True((await new ConnectorsFileEditor(cluster.Data, TimeProvider.System).Remove("home", TestContext.Current.CancellationToken)).IsDone);

        await cluster.Connector.Logs.Until("Connector token revoked");
        await cluster.Connector.Logs.Until("Channel down", "the token of this connector was removed or blocked at the broker");
        await cluster.Connector.Logs.Until("Control down", "the broker does not know this token");
        using var answer = await cluster.Client.Chat();
        await ErrorAssert.Is(answer, 503, "server_error", "connector_offline");
        Assert.False(cluster.Connector.Ended.IsCompleted);
    }

    [Theory]
    [InlineData("http://llm.example.org", false, false)]
    [InlineData("ws://192.0.2.7:5080", false, false)]
    [InlineData("http://llm.example.org", true, true)]
    [InlineData("https://llm.example.org", false, true)]
    [InlineData("http://localhost:5080", false, true)]
    [InlineData("http://[::1]:5080", false, true)]
    public void Plain_http_beyond_this_machine_is_refused_unless_it_is_asked_for(string url, bool insecure, bool taken)
    {
        Assert.Equal(taken, BrokerAddress.TryParse(url, insecure, out _, out var problem));
        Assert.Equal(!taken, problem.Contains("--insecure", StringComparison.Ordinal));
    }
}
