using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Observability.Requests;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.EndToEnd.Tests.Ledger;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>An operator cancels a running request: the client hears an honest error of its dialect, and the LLM server is let go.</summary>
public sealed class CancelledRequestTests
{
    private static readonly TimeSpan s_closedWithin = TimeSpan.FromMilliseconds(500);

    [Theory]
    [MemberData(nameof(StreamedDialect.Names), MemberType = typeof(StreamedDialect))]
    public async Task Stream_ends_with_an_error_event(string name)
    {
        var dialect = StreamedDialect.Of(name);
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await dialect.SendHeaders(exchange);
            await exchange.SendChunk(dialect.Frames[0]);
            await exchange.PeerClosed;
        });
        await using var cluster = await Cluster.Start(llm.Url);
        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        var frames = await FrameReader.Of(answer, dialect.Delimiter);
        Assert.Equal(dialect.Frames[0], await frames.Next());
        var exchange = await llm.NextExchange();

        var cancelled = Stopwatch.GetTimestamp();
        CancelTheOne(cluster);

        Assert.Contains("cancelled", dialect.ErrorIn(await frames.Next(), "request_cancelled"), StringComparison.Ordinal);
        Assert.Equal("", await frames.Rest());
        Assert.True(Stopwatch.GetElapsedTime(cancelled, await exchange.PeerClosed.OrHang()) < s_closedWithin);
        await cluster.BrokerLogs.Until("Request", answer.Header("x-request-id"), " request_cancelled Body None ");
        await AssertOver(cluster, "request_cancelled", 200);
        await AssertBooked(cluster, 200);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_that_has_no_answer_yet_is_refused_and_not_to_be_sent_again(bool stream)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Hang());
        await using var cluster = await Cluster.Start(llm.Url);
        var asking = cluster.Client.Chat(stream);
        var exchange = await llm.NextExchange();

        CancelTheOne(cluster);

        using var answer = await asking;
        await ErrorAssert.Is(answer, 403, "permission_error", "request_cancelled");
        Assert.Equal("false", answer.Header("x-should-retry"));
        await exchange.PeerClosed.OrHang();
        await AssertOver(cluster, "request_cancelled", 403);
        await AssertBooked(cluster, 403);
    }

    [Fact]
    public async Task Request_that_waits_for_a_connector_is_refused_at_once()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true, Broker = broker => broker.ConnectorWait = TimeSpan.FromMinutes(10) });
        var asking = cluster.Client.Chat();
        await UntilRunning(cluster, one => one.User == "alice");

        CancelTheOne(cluster);

        using var answer = await asking;
        await ErrorAssert.Is(answer, 403, "permission_error", "request_cancelled");
    }

    [Fact]
    public async Task Request_whose_body_is_still_coming_is_refused()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        using var raw = await RawConnection.Open(cluster.Url);
        await raw.Send($"POST /v1/chat/completions HTTP/1.1\r\nHost: {cluster.Url.Authority}\r\nAuthorization: Bearer {TestUsers.AliceKey}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{{");
        await UntilRunning(cluster, _ => true);

        CancelTheOne(cluster);

        var text = await raw.ReadToEnd().OrHang();
        Assert.StartsWith("HTTP/1.1 403 ", text, StringComparison.Ordinal);
        Assert.Contains("request_cancelled", text, StringComparison.Ordinal);
        Assert.Empty(llm.Requests);
    }

    [Fact]
    public async Task Answer_in_one_piece_that_has_begun_is_cut_off_and_never_ends_well()
    {
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders(contentType: "application/json");
            await exchange.SendChunk("{\"id\":");
            await exchange.PeerClosed;
        });
        await using var cluster = await Cluster.Start(llm.Url);
        using var answer = await cluster.Client.Chat();
        var exchange = await llm.NextExchange();

        CancelTheOne(cluster);

        await Assert.ThrowsAnyAsync<Exception>(async () => await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken).OrHang());
        await exchange.PeerClosed.OrHang();
        await AssertOver(cluster, "request_cancelled", 200);
    }

    [Fact]
    public async Task Who_waits_in_the_queue_is_known_by_his_place_and_his_cancelled_request_takes_no_slot()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Llm = server => server.MaxConcurrent = 1 });
        using var running = await cluster.Client.Chat(stream: true);
        var asking = cluster.Client.Chat(stream: true);
        await UntilRunning(cluster, one => one.Queue is { Place: 1 });
        var requests = cluster.Broker.GetRequiredService<LiveRequests>();
        var waiting = requests.Running.Single(one => one.Queue is not null);
        Assert.Equal(("alice", "test-model", "home"), (waiting.User, waiting.Model, waiting.Connector));
        Assert.Single(requests.Running, one => one is { Server: not null, Queue: null });

        Assert.NotNull(requests.Cancel(waiting.Id));

        using var answer = await asking;
        await ErrorAssert.Is(answer, 403, "permission_error", "request_cancelled");
        // The cancellation may be on its way to the connector yet, and a slot that is free by then would be the waiting one's.
        await Until(cluster, () => cluster.Broker.GetRequiredService<SessionRegistry>().All.Single().Status is { Waiting: 0 });
        gate.Release(2);
        await using var events = await running.Events();
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
        Assert.Single(llm.Requests);
        Assert.Null(requests.Cancel(waiting.Id));
    }

    [Fact]
    public async Task Requests_that_are_over_are_known_by_metadata_and_the_latest_only()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        using var stranger = cluster.ClientWith(TestUsers.UnknownKey);
        using (await stranger.Chat())
        using (await cluster.Client.Chat())
        {
        }

        await AssertOver(cluster, null, 200);
        for (var i = 0; i < LiveRequests.Kept; i++)
        {
            using var refused = await cluster.Client.Chat(model: "nothing");
        }

        await AssertOver(cluster, "model_not_found", 404);
        Assert.Equal(LiveRequests.Kept, cluster.Broker.GetRequiredService<LiveRequests>().Finished.Count);
    }

    private static void CancelTheOne(Cluster cluster)
    {
        var requests = cluster.Broker.GetRequiredService<LiveRequests>();
        Assert.NotNull(requests.Cancel(Assert.Single(requests.Running).Id));
    }

    // The last word on a request comes after its answer.
    private static async Task AssertOver(Cluster cluster, string? error, int status)
    {
        var requests = cluster.Broker.GetRequiredService<LiveRequests>();
        await Until(cluster, () => requests.Running.Count == 0);
        var last = requests.Finished[0];
        Assert.Equal(("alice", error, status), (last.User, last.Error, last.Status));
    }

    // The connector saw no more than a stream that was reset.
    private static async Task AssertBooked(Cluster cluster, int status)
    {
        var line = Assert.Single(await LedgerLines.Wait(cluster.Data, 1));
        Assert.Equal(("request_cancelled", status), (line.GetProperty("error").GetString(), line.GetProperty("status").GetInt32()));
        // It is on the disk before the sums have it.
        await UntilSummedUp(cluster).OrHang();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var total = cluster.Broker.GetRequiredService<UsageHistory>().Ask(new HistoryQuery("alice", today.AddDays(-1), today)).Total;
        Assert.Equal((1, 0, 1), (total.Requests, total.Errors, total.Stopped));
    }

    private static async Task UntilSummedUp(Cluster cluster)
    {
        while (cluster.Broker.GetRequiredService<UsageHistory>().LastUsed("alice") is null)
            await Task.Yield();
    }

    private static Task UntilRunning(Cluster cluster, Func<RunningRequest, bool> holds)
    {
        var requests = cluster.Broker.GetRequiredService<LiveRequests>();
        return Until(cluster, () => requests.Running.Any(holds));
    }

    private static async Task Until(Cluster cluster, Func<bool> holds)
    {
        var (requests, sessions) = (cluster.Broker.GetRequiredService<LiveRequests>(), cluster.Broker.GetRequiredService<ConnectorSessions>());
        using var changed = new SemaphoreSlim(0);
        void Note() => changed.Release();
        requests.Changed += Note;
        sessions.StatusReported += Note;
        try
        {
            while (!holds())
                await changed.WaitAsync(TestContext.Current.CancellationToken).OrHang("something that makes the condition true");
        }
        finally
        {
            requests.Changed -= Note;
            sessions.StatusReported -= Note;
        }
    }
}
