using System.Net;

namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>Caps on what may be spent at a server. Every answer here has three tokens at a tenth of a cent.</summary>
public sealed class ServerCostTests
{
    private const string Price = "\"prices\":{\"test-model\":{\"prompt\":0,\"completion\":1000}}";
    private const string Chat = """{"model":"test-model","max_tokens":3,"messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task Request_beyond_the_cap_is_refused_and_told_which()
    {
        await using var paid = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(paid.Entry("paid", $"{Price},\"cost\":{{\"per_request\":0.002}}"));

        using var answer = await Ask(cluster);

        var error = await ErrorAssert.Is(answer, 429, "insufficient_quota", "insufficient_quota");
        var message = error.GetProperty("message").GetString();
        Assert.Contains("\"paid\"", message, StringComparison.Ordinal);
        Assert.Contains("0.002 USD a request", message, StringComparison.Ordinal);
        Assert.Equal("false", answer.Header("x-should-retry"));
        Assert.Empty(paid.Asked());
    }

    [Fact]
    public async Task Server_with_a_reached_cap_is_passed_over_for_a_free_one()
    {
        await using var paid = new ScriptedLlmServer(WorkScripts.Good);
        await using var free = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(paid.Entry("paid", $"{Price},\"cost\":{{\"per_day\":0.005}}"), free.Entry("free", "\"priority\":1"));

        using var first = await Ask(cluster);
        await first.AssertGood("paid");
        using var second = await Ask(cluster);

        await second.AssertGood("free");
    }

    [Fact]
    public async Task What_was_spent_today_survives_a_restart()
    {
        await using var paid = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(paid.Entry("paid", $"{Price},\"cost\":{{\"per_day\":0.005}}"));
        using var first = await Ask(cluster);
        await first.AssertGood("paid");
        using var second = await Ask(cluster);
        Assert.Contains("0.005 USD a day", (await ErrorAssert.Is(second, 429, "insufficient_quota", "insufficient_quota")).GetProperty("message").GetString(), StringComparison.Ordinal);

        await cluster.Connector.DisposeAsync();
        await cluster.StartConnector();

        HttpResponseMessage? again = null;
        await cluster.UntilTrue(async () => (again = await Ask(cluster)).StatusCode != HttpStatusCode.ServiceUnavailable);
        await ErrorAssert.Is(again!, 429, "insufficient_quota", "insufficient_quota");
        Assert.Single(paid.Asked());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenRouter_is_asked_what_an_answer_cost_and_that_counts(bool stream)
    {
        const string Usage = """{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10,"cost":0.5}""";
        await using var router = new ScriptedLlmServer(async exchange =>
        {
            if (!stream)
            {
                await exchange.SendJson($$"""{"id":"c1","object":"chat.completion","created":1,"model":"test-model","choices":[],"usage":{{Usage}}}""");
                return;
            }

            await exchange.SendHeaders();
            await exchange.SendEvent(LlmScripts.Delta("Hello"));
            await exchange.SendEvent($$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"test-model","choices":[],"usage":{{Usage}}}""");
            await exchange.SendEvent("[DONE]");
        });
        await using var cluster = await Start(router.Entry("router", "\"cost\":{\"per_request\":0,\"per_day\":0.4}", "openrouter"));
        using var first = await cluster.Client.Chat(stream);
        await first.AssertGood("router");

        using var second = await cluster.Client.Chat(stream);

        await ErrorAssert.Is(second, 429, "insufficient_quota", "insufficient_quota");
        Assert.Contains("\"usage\":{\"include\":true}", Assert.Single(router.Asked()).BodyText, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> Ask(Cluster cluster) => cluster.Client.Post("v1/chat/completions", Chat);

    private static Task<Cluster> Start(params string[] entries) => Cluster.Start(new Uri("http://localhost"), new ClusterOptions { Servers = ServersText.Of(entries) });
}
