using System.Net;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.EndToEnd.Tests.Errors;

/// <summary>What broker and connector refuse, in each dialect, through both of them.</summary>
public sealed class DialectRefusalTests
{
    private const string BlockedKey = "sk-b10c0000000000000000000000000004";
    private const string NarrowKey = "sk-3a3303000000000000000000000000005";
    private const string LimitedKey = "sk-11317000000000000000000000000006";
    private const string SingleKey = "sk-51391e00000000000000000000000007";

    [Theory]
    [InlineData(Dialect.OpenAi)]
    [InlineData(Dialect.Anthropic)]
    [InlineData(Dialect.Ollama)]
    public async Task Edge_refuses_in_the_clients_language(Dialect dialect)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Broker = broker => broker.MaxBody = 10_000,
            Users = TestUsers.Unlimited + TestUsers.Also("bob", BlockedKey, "blocked: true") + TestUsers.Also("nora", NarrowKey, "models: [\"other*\"]"),
        });

        await Refused(null, 401, "invalid_api_key");
        await Refused(TestUsers.UnknownKey, 401, "invalid_api_key");
        await Refused(BlockedKey, 403, "key_blocked");
        Assert.Contains("test-model", await Refused(NarrowKey, 403, "model_not_allowed"), StringComparison.Ordinal);
        Assert.Contains("Did you mean 'test-model'", await Refused(TestUsers.AliceKey, 404, "model_not_found", "test-modle"), StringComparison.Ordinal);
        Assert.Contains("10000 bytes", await Refused(TestUsers.AliceKey, 413, "request_too_large", content: new string('x', 20_000)), StringComparison.Ordinal);
        Assert.Empty(llm.Requests);

        async Task<string> Refused(string? key, int status, string code, string model = "test-model", string content = "Hi")
        {
            using var client = cluster.ClientWith(key);
            using var answer = await client.ChatIn(dialect, model, content);
            return await DialectChat.AssertIs(answer, dialect, status, code);
        }
    }

    [Theory]
    [InlineData(Dialect.OpenAi)]
    [InlineData(Dialect.Anthropic)]
    [InlineData(Dialect.Ollama)]
    public async Task Keys_limits_refuse_in_the_clients_language(Dialect dialect)
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(Gated(gate));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Users = TestUsers.Unlimited
                + TestUsers.Also("larry", LimitedKey, "limits: { requests_per_minute: 1, burst: 1 }")
                + TestUsers.Also("sina", SingleKey, "limits: { requests_per_minute: 0, concurrent_requests: 1 }"),
        });
        using var limited = cluster.ClientWith(LimitedKey);
        using var single = cluster.ClientWith(SingleKey);

        gate.Release();
        (await limited.ChatIn(dialect)).Dispose();
        using var tooQuick = await limited.ChatIn(dialect);
        await DialectChat.AssertIs(tooQuick, dialect, 429, "rate_limit_exceeded");
        Assert.Equal("0", tooQuick.Header("x-ratelimit-remaining-requests"));
        Assert.Equal(dialect == Dialect.Anthropic ? "0" : "", tooQuick.Header("anthropic-ratelimit-requests-remaining"));

        await llm.NextExchange();
        var running = single.ChatIn(dialect);
        await llm.NextExchange();
        using var tooMany = await single.ChatIn(dialect);
        await DialectChat.AssertIs(tooMany, dialect, 429, "concurrency_limit");
        gate.Release();
        using var first = await running;
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
    }

    [Theory]
    [InlineData(Dialect.OpenAi)]
    [InlineData(Dialect.Anthropic)]
    [InlineData(Dialect.Ollama)]
    public async Task Full_queue_refuses_in_the_clients_language(Dialect dialect)
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(Gated(gate));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Llm = server => (server.MaxConcurrent, server.QueueLimit) = (1, 0),
        });

        var running = cluster.Client.ChatIn(dialect);
        await llm.NextExchange();
        using var refused = await cluster.Client.ChatIn(dialect, content: "another");
        await DialectChat.AssertIs(refused, dialect, 503, "queue_full");
        gate.Release();
        using var first = await running;
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
    }

    [Theory]
    [InlineData(Dialect.OpenAi)]
    [InlineData(Dialect.Anthropic)]
    [InlineData(Dialect.Ollama)]
    public async Task Wait_in_the_queue_ends_in_the_clients_language(Dialect dialect)
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(Gated(gate));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Llm = server => (server.MaxConcurrent, server.QueueLimit, server.QueueTimeout) = (1, 1, TimeSpan.FromMilliseconds(100)),
        });

        var running = cluster.Client.ChatIn(dialect);
        await llm.NextExchange();
        using var refused = await cluster.Client.ChatIn(dialect, content: "another");
        Assert.Contains("busy for 0.1 s", await DialectChat.AssertIs(refused, dialect, 504, "upstream_timeout"), StringComparison.Ordinal);
        gate.Release();
        using var first = await running;
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Single(llm.Requests);
    }

    private static LlmScript Gated(Turnstile gate) => async exchange =>
    {
        await gate.Pass(exchange.PeerGone);
        await LlmScripts.Completion()(exchange);
    };
}
