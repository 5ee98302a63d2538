using System.Net;
using System.Text;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>A server that works on one request at a time: the others wait at the connector, hear that they are not forgotten, and leave when they like.</summary>
public sealed class SlotsTests
{
    private const string Heartbeat = ": queued, position 1\n\n";
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Server_has_one_request_at_a_time_and_all_are_served()
    {
        const int Requests = 5;
        using var gate = new Turnstile();
        var (running, most) = (0, 0);
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await gate.Pass(exchange.PeerGone);
            Interlocked.Decrement(ref running);
            await LlmScripts.Completion()(exchange);
        });
        await using var cluster = await Start(llm);

        var asking = Enumerable.Range(0, Requests).Select(_ => cluster.Client.Chat()).ToList();
        while (asking.Count > 0)
        {
            gate.Release();
            var over = await Task.WhenAny(asking).OrHang();
            using var answer = await over;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            asking.Remove(over);
        }

        Assert.Equal((1, Requests), (most, llm.Requests.Count));
    }

    [Fact]
    public async Task Stream_that_waits_gets_heartbeats_and_then_its_answer()
    {
        using var gate = new Turnstile();
        var time = new HeartbeatClock();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one"));
        await using var cluster = await Start(llm, time);
        using var first = await cluster.Client.Chat(stream: true);
        var second = await Waiting(cluster, time, TestContext.Current.CancellationToken);

        time.Clock.Advance(s_silence);
        using var answer = await second.OrHang();

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var heartbeat = new byte[Heartbeat.Length];
        await body.ReadExactlyAsync(heartbeat, TestContext.Current.CancellationToken).OrHang();
        Assert.Equal(Heartbeat, Encoding.ASCII.GetString(heartbeat));
        Assert.Single(llm.Requests);
        gate.Release(2);
        await using var events = new EventReader(body);
        Assert.Equal("one", await events.NextText());
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
    }

    [Fact]
    public async Task Who_leaves_the_queue_leaves_at_once_and_the_next_gets_the_place()
    {
        using var gate = new Turnstile();
        using var leave = new CancellationTokenSource();
        var time = new HeartbeatClock();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one"));
        await using var cluster = await Start(llm, time, queue: 1);
        using var first = await cluster.Client.Chat(stream: true);
        var second = await Waiting(cluster, time, leave.Token);

        // The only place is taken.
        using (var refused = await cluster.Client.Chat(stream: true))
        {
            await ErrorAssert.Is(refused, 503, "server_error", "queue_full");
            Assert.Equal("5", refused.Header("retry-after"));
        }

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        // Over at the connector although the first still has the slot.
        await cluster.Connector.Logs.Until("Request", " client_gone ");
        var third = await Waiting(cluster, time, TestContext.Current.CancellationToken);
        gate.Release(2);
        Assert.Contains("[DONE]", await first.Text(), StringComparison.Ordinal);
        using var answer = await third.OrHang();
        Assert.Contains("[DONE]", await answer.Text(), StringComparison.Ordinal);
        Assert.Equal(2, llm.Requests.Count);
    }

    [Fact]
    public async Task Request_that_fails_gives_its_slot_back()
    {
        await using var llm = new ScriptedLlmServer(exchange =>
        {
            exchange.Cut();
            return Task.CompletedTask;
        });
        await using var cluster = await Start(llm);
        for (var i = 0; i < 3; i++)
        {
            using var failed = await cluster.Client.Chat();
            Assert.Equal(HttpStatusCode.BadGateway, failed.StatusCode);
        }

        llm.Script = LlmScripts.Completion();

        using var answer = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task<Cluster> Start(ScriptedLlmServer llm, HeartbeatClock? time = null, int queue = 512) => Cluster.Start(llm.Url, new ClusterOptions
    {
        ConnectorTime = time,
        Llm = server => (server.MaxConcurrent, server.QueueLimit) = (1, queue),
    });

    // When this returns, the request is at the connector and waits for the slot.
    private static async Task<Task<HttpResponseMessage>> Waiting(Cluster cluster, HeartbeatClock time, CancellationToken leave)
    {
        var waits = time.NextHeartbeat;
        var asking = cluster.Client.ChatUntil(stream: true, leave);
        await waits.OrHang("a stream that begins to wait");
        // The queue is entered a step later.
        await cluster.UntilServed();
        return asking;
    }

    /// <summary>A manual clock that tells when somebody begins to count the silence before a heartbeat: that stream waits.</summary>
    private sealed class HeartbeatClock : TimeProvider
    {
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualTime Clock { get; } = new();

        public Task NextHeartbeat => Volatile.Read(ref _next).Task;

        public override long TimestampFrequency => Clock.TimestampFrequency;

        public override TimeZoneInfo LocalTimeZone => Clock.LocalTimeZone;

        public override DateTimeOffset GetUtcNow() => Clock.GetUtcNow();

        public override long GetTimestamp() => Clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = Clock.CreateTimer(callback, state, dueTime, period);
            if (dueTime == s_silence && period == Timeout.InfiniteTimeSpan)
                Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            return timer;
        }
    }
}
