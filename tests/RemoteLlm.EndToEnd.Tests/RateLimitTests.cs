using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Hosting.Draining;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>The connector's limit on requests, with its clock in the test's hand.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task rate_limit()
    {
        var time = new ManualTime();
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Users = TestUsers.Limited(requestsPerMinute: 60, burst: 2), ConnectorTime = time });

        await Served("1", "1s");
        await Served("0", "2s");
        await Refused(retryAfter: "1", retryAfterMs: "1000", reset: "2s");
        time.Advance(TimeSpan.FromMilliseconds(400));
        await Refused(retryAfter: "1", retryAfterMs: "600", reset: "1.6s");
        time.Advance(TimeSpan.FromMilliseconds(600));
        await Served("0", "2s");
        Assert.Equal(3, llm.Requests.Count);

        // An edit takes effect while all runs: what was taken stays taken, the new rate pays it back.
        await cluster.ChangeUsers(TestUsers.Limited(requestsPerMinute: 6000, burst: 2));
        await Refused(retryAfter: "1", retryAfterMs: "10", reset: "20ms", limit: "6000");
        time.Advance(TimeSpan.FromMilliseconds(10));
        await Served("0", "20ms", limit: "6000");

        async Task Served(string remaining, string reset, string limit = "60")
        {
            using var answer = await cluster.Client.Chat();
            Assert.Equal((HttpStatusCode.OK, limit, remaining, reset), (answer.StatusCode, Limit(answer), Remaining(answer), Reset(answer)));
        }

        async Task Refused(string retryAfter, string retryAfterMs, string reset, string limit = "60")
        {
            using var answer = await cluster.Client.Chat();
            await ErrorAssert.Is(answer, 429, "rate_limit_error", "rate_limit_exceeded");
            Assert.Equal((retryAfter, retryAfterMs), (answer.Header("retry-after"), answer.Header("retry-after-ms")));
            Assert.Equal((limit, "0", reset), (Limit(answer), Remaining(answer), Reset(answer)));
        }
    }

    [Fact]
    public async Task rate_limit_holds_for_each_key_alone()
    {
        const string BobKey = "sk-b0b00000000000000000000000000002";
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Users = TestUsers.Limited(requestsPerMinute: 1, burst: 1) + TestUsers.Also("bob", BobKey, "limits: { requests_per_minute: 1, burst: 1 }"),
        });
        using var bob = cluster.ClientWith(BobKey);

        using var first = await cluster.Client.Chat();
        using var second = await cluster.Client.Chat();
        using var other = await bob.Chat();

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK], [first.StatusCode, second.StatusCode, other.StatusCode]);
    }

    [Fact]
    public async Task Request_whose_client_leaves_in_its_body_counts()
    {
        var time = new ManualTime();
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Users = TestUsers.Limited(requestsPerMinute: 60, burst: 3), ConnectorTime = time });
        var body = new Pipe();
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StreamContent(body.Reader.AsStream()) };
        request.Content.Headers.ContentType = new("application/json");
        var asking = cluster.Client.SendAsync(request, leave.Token);
        // More than is kept back on the way.
        await body.Writer.WriteAsync(Encoding.ASCII.GetBytes("""{"model":"test-model","prompt":" """ + new string('a', 100_000)), TestContext.Current.CancellationToken);
        var inFlight = cluster.Connector.Services.GetRequiredService<InFlightRequests>();
        await Task.Run(async () => { while (inFlight.Count == 0) await Task.Yield(); }, TestContext.Current.CancellationToken).OrHang("the request's arrival");

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.OrHang());
        await cluster.Connector.Logs.Until("Request", " client_gone ");

        using var next = await cluster.Client.Chat();
        Assert.Equal("1", Remaining(next));
    }

    private static string Limit(HttpResponseMessage answer) => answer.Header("x-ratelimit-limit-requests");

    private static string Remaining(HttpResponseMessage answer) => answer.Header("x-ratelimit-remaining-requests");

    private static string Reset(HttpResponseMessage answer) => answer.Header("x-ratelimit-reset-requests");
}
