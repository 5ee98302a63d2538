using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Two connectors serve the same model: they share its requests, and one takes over from the other as long as the client has nothing of an answer.</summary>
public sealed class FailoverTests
{
    [Fact]
    public async Task Two_connectors_share_the_requests()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var other = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { KnowsSecondConnector = true });
        await StartSecond(cluster, other);
        var before = (First: llm.Requests.Count, Second: other.Requests.Count);
        llm.Script = other.Script = LlmScripts.Stream(gate, "one");

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 10; i++)
            answers.Add(await cluster.Client.Chat(stream: true));

        Assert.Equal((5, 5), (llm.Requests.Count - before.First, other.Requests.Count - before.Second));
        gate.Release(10);
        foreach (var answer in answers)
        {
            Assert.Contains("[DONE]", await answer.Text(), StringComparison.Ordinal);
            answer.Dispose();
        }

        // Nothing runs any more: equals take turns.
        llm.Script = other.Script = LlmScripts.Completion();
        for (var i = 0; i < 10; i++)
        {
            using var answer = await cluster.Client.Chat();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal((10, 10), (llm.Requests.Count - before.First, other.Requests.Count - before.Second));
    }

    [Fact]
    public async Task Request_without_its_first_byte_succeeds_on_the_other_connector_when_its_own_is_killed()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var other = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { KnowsSecondConnector = true, OverFaultyLine = true });
        await StartSecond(cluster, other, cluster.Url);
        // The second had the last one: the next goes to the first.
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        llm.Script = async exchange =>
        {
            arrived.TrySetResult();
            await exchange.PeerClosed;
        };
        var asking = cluster.Client.Chat();
        await arrived.Task.OrHang();

        cluster.Line.Refuse();
        cluster.Line.Cut();

        using var answer = await asking;
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
        await cluster.BrokerLogs.Until("Request", " second 200 ", " Done None ");
        using var next = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        cluster.Line.Accept();
    }

    [Fact]
    public async Task Answer_that_has_begun_is_not_begun_again_elsewhere()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var other = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { KnowsSecondConnector = true });
        await StartSecond(cluster, other);
        var before = other.Requests.Count;
        llm.Script = async exchange =>
        {
            await exchange.SendHeaders();
            await exchange.SendEvent(LlmScripts.Delta("one"));
            exchange.Cut();
        };

        using var answer = await cluster.Client.Chat(stream: true);

        await using var events = await answer.Events();
        Assert.Equal("one", await events.NextText());
        ErrorAssert.IsEvent(await events.Next(), "server_error", "stream_interrupted");
        Assert.Equal(before, other.Requests.Count);
    }

    // When this returns, the second connector has had the last request.
    private static async Task StartSecond(Cluster cluster, ScriptedLlmServer llm, Uri? broker = null)
    {
        await cluster.StartConnector(cluster.SecondToken, llm: llm.Url, broker: broker);
        await cluster.UntilTrue(async () =>
        {
            using var answer = await cluster.Client.Chat();
            return llm.Requests.Count > 0;
        });
    }
}
