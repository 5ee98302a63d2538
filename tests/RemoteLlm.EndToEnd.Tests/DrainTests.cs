using System.Net;
using RemoteLlm.EndToEnd.Tests.Clusters;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;
using Xunit;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>A connector that goes takes nothing with it, whatever its line does meanwhile.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task A_connector_that_stops_while_its_line_is_down_delivers_what_it_has()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two", "three"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });
        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());
        var exchange = await llm.NextExchange();
        cluster.Line.Refuse();
        cluster.Line.Cut();
        await cluster.Connector.Logs.Until("Channel down");

        var stopping = cluster.Connector.Stop();
        await cluster.Connector.Logs.Until("Draining");
        gate.Release(2);
        await exchange.PeerClosed.OrHang();
        Assert.False(stopping.IsCompleted);
        cluster.Line.Accept();

        Assert.Equal("two", await events.NextText());
        Assert.Equal("three", await events.NextText());
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
        await stopping.OrHang();
    }

    [Fact]
    public async Task A_connector_that_returns_while_it_drains_gets_no_new_requests()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });
        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());
        cluster.Line.Refuse();
        cluster.Line.Cut();
        await cluster.Connector.Logs.Until("Control down");
        var stopping = cluster.Connector.Stop();
        await cluster.Connector.Logs.Until("Draining");

        cluster.Line.Accept();
        await cluster.BrokerLogs.Until("Session draining");

        using (var refused = await cluster.Client.Chat())
            await ErrorAssert.Is(refused, 503, "server_error", "connector_offline");
        gate.Release();
        Assert.Equal("two", await events.NextText());
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
        await stopping.OrHang();
    }

    [Fact]
    public async Task A_rolling_restart_of_a_connector_loses_nothing()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url);
        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());
        llm.Script = LlmScripts.Completion();

        // Requests without a pause, from before the successor comes until after the predecessor has gone.
        using var enough = new CancellationTokenSource();
        var asking = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var served = 0;
            while (!enough.IsCancellationRequested)
            {
                using var one = await cluster.Client.Chat();
                Assert.Equal(HttpStatusCode.OK, one.StatusCode);
                served++;
            }

            return served;
        }));
        await cluster.StartConnector();
        await cluster.Connector.Logs.Until("Draining");
        gate.Release();
        Assert.Equal("two", await events.NextText());
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
        await cluster.Connector.Ended.OrHang();
        await enough.CancelAsync();

        Assert.All(await asking.OrHang(), served => Assert.True(served > 0));
    }
}
