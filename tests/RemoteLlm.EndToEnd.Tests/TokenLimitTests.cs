using System.Globalization;
using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Tokens are reserved before the work and settled after it, with the connector's clock in the test's hand. An answer takes 7 and 3.</summary>
public sealed class TokenLimitTests
{
    private const string Phone = "sk-a11ce000000000000000000000000009";

    [Fact]
    public async Task What_is_left_counts_what_runs_by_an_estimate_and_what_has_ended_by_what_it_used()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Start(llm, "tokens_per_minute: 3000");

        // Nothing is known of the model: 1,000 tokens are expected of an answer.
        var first = await Left(cluster, """{"model":"test-model","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.InRange(first, 1900, 1999);
        // It took 10, and so little is expected now.
        var second = await Left(cluster, """{"model":"test-model","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.InRange(second, 2950, 2989);
        // A limit of the client's own is reserved whole, for each of the answers.
        var third = await Left(cluster, """{"model":"test-model","max_tokens":500,"n":4,"messages":[{"role":"user","content":"Hi"}]}""");
        Assert.InRange(third, 900, 979);
        Assert.Equal(3, llm.Requests.Count);
    }

    [Fact]
    public async Task Keys_of_one_user_share_the_users_limit()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Start(llm, "requests_per_minute: 60, burst: 2");
        using var phone = cluster.ClientWith(Phone);

        using var one = await cluster.Client.Chat();
        using var two = await phone.Chat();
        using var three = await phone.Chat();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (one.StatusCode, two.StatusCode));
        await ErrorAssert.Is(three, 429, "rate_limit_error", "rate_limit_exceeded");
    }

    [Fact]
    public async Task What_never_fits_is_refused_for_good_and_takes_nothing()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Start(llm, "tokens_per_minute: 1000");

        using var refused = await cluster.Client.Post("v1/messages", """{"model":"test-model","max_tokens":32000,"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal((HttpStatusCode.TooManyRequests, "false", ""), (refused.StatusCode, refused.Header("x-should-retry"), refused.Header("retry-after")));
        Assert.Contains("Lower max_tokens", await refused.Text(), StringComparison.Ordinal);
        Assert.Equal("1000", refused.Header("anthropic-ratelimit-tokens-remaining"));
        Assert.Empty(llm.Requests);
    }

    [Fact]
    public async Task The_wait_is_exact()
    {
        var time = new ManualTime();
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Start(llm, "tokens_per_minute: 600", time);
        const string Body = """{"model":"test-model","max_tokens":500,"messages":[{"role":"user","content":"Hi"}]}""";
        const string Small = """{"model":"test-model","max_tokens":1,"messages":[{"role":"user","content":"Hi"}]}""";
        // Two that take ten tokens each leave too little for a third of 500, its prompt and all.
        for (var i = 0; i < 9; i++)
            await Left(cluster, Small);
        using var refused = await cluster.Client.Post("v1/chat/completions", Body);
        await ErrorAssert.Is(refused, 429, "rate_limit_error", "rate_limit_exceeded");

        time.Advance(TimeSpan.FromMilliseconds(int.Parse(refused.Header("retry-after-ms"), CultureInfo.InvariantCulture) - 1));
        using var early = await cluster.Client.Post("v1/chat/completions", Body);
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (early.StatusCode, early.Header("retry-after-ms")));
        time.Advance(TimeSpan.FromMilliseconds(1));
        using var passes = await cluster.Client.Post("v1/chat/completions", Body);
        Assert.Equal(HttpStatusCode.OK, passes.StatusCode);
    }

    private static Task<Cluster> Start(ScriptedLlmServer llm, string limits, ManualTime? time = null) => Cluster.Start(llm.Url, new ClusterOptions
    {
        ConnectorTime = time ?? new ManualTime(),
        Users = $$"""
            users:
              - gitlab_username: alice
                limits: { requests_per_minute: 0, {{limits}} }
                keys:
                  - api_key: {{TestUsers.AliceKey}}
                  - api_key: {{Phone}}

            """.Replace("requests_per_minute: 0, requests_per_minute", "requests_per_minute", StringComparison.Ordinal),
    });

    private static async Task<int> Left(Cluster cluster, string body)
    {
        using var answer = await cluster.Client.Post("v1/chat/completions", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return int.Parse(answer.Header("x-ratelimit-remaining-tokens"), CultureInfo.InvariantCulture);
    }
}
