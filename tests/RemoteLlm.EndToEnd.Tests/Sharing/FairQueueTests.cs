using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Connector.Status;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.EndToEnd.Tests.Sharing;

/// <summary>Two users share a server with two slots: in which order they are served, what they are told meanwhile, and who has to go when the queue is full.</summary>
public sealed class FairQueueTests
{
    private const string BobKey = "sk-b0b00000000000000000000000000002";
    private const string QueueHeader = "x-remotellm-queue";
    private const string ClassHeader = "x-remotellm-class";

    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Who_has_had_less_is_served_first_and_all_are_told_where_they_stand()
    {
        await using var stage = await Stage.Start();
        var alice = new List<Task<HttpResponseMessage>>();
        for (var i = 1; i <= 4; i++)
            alice.Add(await stage.Wait(stage.Alice, $"alice {i}", waiting: i - 2, stream: true));
        var bob = await stage.Wait(stage.Bob, "bob 1", waiting: 3, stream: true);

        stage.Time.Advance(s_silence);

        using var first = await bob.OrHang();
        using var second = await alice[2].OrHang();
        using var third = await alice[3].OrHang();
        Assert.Equal(["1; waited=10", "2; waited=10", "3; waited=10"], new[] { first, second, third }.Select(static answer => answer.Header(QueueHeader)));
        await AssertBegins(second, ": queued, position 2\n\n");
        var queue = (await stage.Status()).Servers.Single().Queue;
        Assert.Equal([("bob", 1, 1), ("alice", 2, 2)], queue.Select(static user => (user.User, user.Waiting, user.Position)));
        Assert.All(queue, static user => Assert.Equal(("interactive", null), (user.Class, user.Wait)));

        stage.Gate.Release();
        Assert.Equal("bob 1", await stage.NextAsked());
        stage.Gate.Release();
        Assert.Equal("alice 3", await stage.NextAsked());
        stage.Gate.Release(3);
        Assert.Equal("alice 4", await stage.NextAsked());
        Assert.EndsWith("data: [DONE]\n\n", await third.Text(), StringComparison.Ordinal);
        foreach (var asking in alice.Take(2))
        {
            using var answer = await asking.OrHang();
            Assert.Equal("", answer.Header(QueueHeader));
        }
    }

    [Fact]
    public async Task Answer_that_had_to_wait_says_how_long_and_one_that_waits_about_how_long_it_will_be()
    {
        await using var stage = await Stage.Start();
        await stage.TakeEightSeconds();
        var running = new[] { await stage.Wait(stage.Alice, "one", waiting: 0), await stage.Wait(stage.Alice, "two", waiting: 0) };
        var waits = await stage.Wait(stage.Alice, "three", waiting: 1);
        var streams = await stage.Wait(stage.Alice, "four", waiting: 2, stream: true);
        stage.Time.Advance(s_silence);
        using var told = await streams.OrHang();
        // Two slots, eight seconds a request.
        Assert.Equal("2; wait=8; waited=10", told.Header(QueueHeader));
        await AssertBegins(told, ": queued, position 2, about 8 s\n\n");

        stage.Gate.Release(4);

        using var answer = await waits.OrHang();
        Assert.Equal((HttpStatusCode.OK, "0; wait=0; waited=10"), (answer.StatusCode, answer.Header(QueueHeader)));
        foreach (var asking in running)
            (await asking.OrHang()).Dispose();
    }

    [Fact]
    public async Task Flood_fills_the_queue_and_has_to_give_way_to_others()
    {
        await using var stage = await Stage.Start(queueLimit: 4);
        await stage.TakeEightSeconds();
        var alice = new List<Task<HttpResponseMessage>>();
        for (var i = 1; i <= 6; i++)
            alice.Add(await stage.Wait(stage.Alice, $"alice {i}", waiting: i - 2, stream: i == 5));
        using (var refused = await stage.Alice.Chat())
            await AssertFull(refused);
        stage.Time.Advance(s_silence);
        using var begun = await alice[4].OrHang();

        var bob = new List<Task<HttpResponseMessage>> { await stage.Wait(stage.Bob, "bob 1", waiting: 4) };
        using (var displaced = await alice[5].OrHang())
            await AssertFull(displaced);

        bob.Add(await stage.Wait(stage.Bob, "bob 2", waiting: 4));
        await using (var events = await begun.Events())
            ErrorAssert.IsEvent(await events.Next(), "server_error", "queue_full");

        // Each has half of it.
        using (var refused = await stage.Bob.Chat())
            await AssertFull(refused);
        stage.Gate.Release(6);
        foreach (var asking in alice.Take(4).Concat(bob))
        {
            using var answer = await asking.OrHang();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        static async Task AssertFull(HttpResponseMessage answer)
        {
            await ErrorAssert.Is(answer, 503, "server_error", "queue_full");
            // The first of two slots is free in half of what a request took.
            Assert.Equal("4", answer.Header("retry-after"));
        }
    }

    [Fact]
    public async Task Batch_lets_others_pass_and_no_server_sees_the_header()
    {
        await using var stage = await Stage.Start();
        var alice = new[] { await stage.Wait(stage.Alice, "one", waiting: 0), await stage.Wait(stage.Alice, "two", waiting: 0), await stage.Wait(stage.Alice, "bulk", waiting: 1, of: "batch"), await stage.Wait(stage.Alice, "three", waiting: 2, of: "Interactive") };
        Assert.Equal([("interactive", 1), ("batch", 2)], (await stage.Status()).Servers.Single().Queue.Select(static user => (user.Class, user.Position)));

        stage.Gate.Release();
        Assert.Equal("three", await stage.NextAsked());
        stage.Gate.Release();
        Assert.Equal("bulk", await stage.NextAsked());
        stage.Gate.Release(2);
        foreach (var asking in alice)
            (await asking.OrHang()).Dispose();
        Assert.DoesNotContain(stage.Llm.Requests, static request => request.Headers.Any(static header => header.Key.StartsWith("x-remotellm", StringComparison.OrdinalIgnoreCase)));
        Assert.NotNull(await stage.Cluster.Connector.Logs.Until("Request", " batch "));
    }

    [Fact]
    public async Task Class_that_is_none_is_refused_with_the_two_that_there_are()
    {
        await using var stage = await Stage.Start();
        stage.Alice.DefaultRequestHeaders.Add(ClassHeader, "urgent");

        using var refused = await stage.Alice.Chat();

        var error = await ErrorAssert.Is(refused, 400, "invalid_request_error", "invalid_request");
        Assert.Contains("interactive or batch", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(stage.Llm.Requests);
    }

    private static async Task AssertBegins(HttpResponseMessage answer, string text)
    {
        var begin = new byte[text.Length];
        await (await answer.Content.ReadAsStreamAsync()).ReadExactlyAsync(begin).AsTask().OrHang();
        Assert.Equal(text, Encoding.ASCII.GetString(begin));
    }

    private sealed class Stage : IAsyncDisposable
    {
        private readonly HttpClient _management = new();
        private int _asked;

        private Stage()
        {
            Llm = new ScriptedLlmServer(async exchange =>
            {
                await Gate.Pass(exchange.PeerGone);
                await (exchange.Request.BodyText.Contains("\"stream\":true", StringComparison.Ordinal) ? LlmScripts.Stream("Hello") : LlmScripts.Completion())(exchange);
            });
        }

        public Turnstile Gate { get; } = new();

        public ManualTime Time { get; } = new();

        public ScriptedLlmServer Llm { get; }

        public Cluster Cluster { get; private set; } = null!;

        public HttpClient Alice => Cluster.Client;

        public HttpClient Bob { get; private set; } = null!;

        public static async Task<Stage> Start(int queueLimit = 512)
        {
            var stage = new Stage();
            stage.Cluster = await Cluster.Start(stage.Llm.Url, new ClusterOptions
            {
                ConnectorTime = stage.Time,
                Users = TestUsers.Unlimited.TrimEnd() + "\n" + TestUsers.Also("bob", BobKey, "limits: { requests_per_minute: 0 }"),
                Llm = server => (server.MaxConcurrent, server.QueueLimit) = (2, queueLimit),
            });
            stage.Bob = stage.Cluster.ClientWith(BobKey);
            return stage;
        }

        /// <summary>Sends a request, and returns when it runs, or when so many wait.</summary>
        public async Task<Task<HttpResponseMessage>> Wait(HttpClient client, string content, int waiting, bool stream = false, string? of = null)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(TestClient.ChatBody(stream, content: content), Encoding.UTF8, "application/json") };
            if (of is not null)
                request.Headers.Add(ClassHeader, of);
            var before = (await Status()).Waiting;
            var asking = client.Ask(request);
            if (waiting <= 0)
                Assert.Equal(content, await NextAsked());
            else if (before < waiting)
                await UntilWaiting(waiting).OrHang();
            else
                // It takes another's place.
                await UntilQueued(client == Bob ? "bob" : "alice", content).OrHang();
            return asking;
        }

        /// <summary>The text of the next request that reaches the server.</summary>
        public async Task<string> NextAsked()
        {
            var exchange = await Llm.NextExchange();
            _asked++;
            using var body = JsonDocument.Parse(exchange.Request.BodyText);
            return body.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
        }

        /// <summary>One request that takes eight seconds: by it others are estimated.</summary>
        public async Task TakeEightSeconds()
        {
            var asking = await Wait(Alice, "zero", waiting: 0);
            Time.Advance(TimeSpan.FromSeconds(8));
            Gate.Release();
            (await asking.OrHang()).Dispose();
            await Cluster.Connector.Logs.Until("Request", " 200 ");
        }

        public async Task<StatusReport> Status()
        {
            var address = Cluster.Connector.Services.GetRequiredService<ManagementAddress>().Url!;
            return JsonSerializer.Deserialize<StatusReport>(await _management.GetStringAsync(new Uri(address, "status")).OrHang(), StatusJson.Options)!;
        }

        public async ValueTask DisposeAsync()
        {
            Bob.Dispose();
            _management.Dispose();
            await Cluster.DisposeAsync();
            await Llm.DisposeAsync();
            Gate.Dispose();
        }

        private async Task UntilWaiting(int count)
        {
            while ((await Status()).Waiting != count)
                await Task.Yield();
        }

        private async Task UntilQueued(string user, string content)
        {
            var count = int.Parse(content[^1..], System.Globalization.CultureInfo.InvariantCulture);
            while ((await Status()).Servers.Single().Queue.Where(queued => queued.User == user).Sum(static queued => queued.Waiting) != count)
                await Task.Yield();
        }
    }
}
