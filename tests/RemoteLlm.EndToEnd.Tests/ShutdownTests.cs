using System.Diagnostics;
using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Either half is told to stop while it works: what runs finishes whole, what is new is refused.</summary>
public sealed class ShutdownTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task graceful_shutdown(bool ofTheBroker)
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two", "three"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Broker = broker => broker.ConnectorWait = TimeSpan.Zero });
        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());

        var stopping = ofTheBroker ? cluster.StopBroker() : cluster.Connector.Stop();
        await (ofTheBroker ? cluster.BrokerLogs.Until("Draining") : cluster.BrokerLogs.Until("Session draining"));

        using (var refused = await cluster.Client.Chat())
        {
            await ErrorAssert.Is(refused, 503, "server_error", "connector_offline");
            Assert.Equal("5", refused.Header("retry-after"));
        }

        // A broker that stops wants no more traffic; one whose connector stops can serve others.
        using (var management = new HttpClient { BaseAddress = cluster.Management })
        using (var ready = await management.GetAsync("/ready", TestContext.Current.CancellationToken))
            Assert.Equal(ofTheBroker ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, ready.StatusCode);
        Assert.False(stopping.IsCompleted);
        gate.Release(2);
        Assert.Equal("two", await events.NextText());
        Assert.Equal("three", await events.NextText());
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
        await stopping.OrHang();
        Assert.Single(llm.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task graceful_shutdown_cuts_off_what_runs_when_its_grace_is_over(bool ofTheBroker)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(new Turnstile(), "never"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { DrainGrace = TimeSpan.FromMilliseconds(50) });
        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        var asked = Stopwatch.GetTimestamp();

        var stopping = ofTheBroker ? cluster.StopBroker() : cluster.Connector.Stop();

        ErrorAssert.IsEvent(await events.Next(), "server_error", "stream_interrupted");
        Assert.Null(await events.Next());
        await stopping.OrHang();
        // Then, not only when the host loses its patience with its servers, 15 s later.
        Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task graceful_shutdown_of_an_idle_broker_and_its_successor_is_found_by_the_connector()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });

        await cluster.StopBroker().OrHang();
        await cluster.Connector.Logs.Until("Broker stopping");
        await cluster.RestartBroker();

        await cluster.UntilServed();
        using var answer = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
