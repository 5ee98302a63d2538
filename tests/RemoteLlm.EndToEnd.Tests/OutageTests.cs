using System.Net;
using System.Text;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>What clients see while the line between connector and broker is down.</summary>
public sealed class OutageTests
{
    private const string Heartbeat = ": keep-alive\n\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_gets_heartbeats_while_its_line_is_down_and_then_goes_on_and_whole_answers_get_nothing()
    {
        const string Whole = """{"object":"list","data":[]}""";
        using var gate = new Turnstile();
        using var rest = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            if (exchange.Request.Path == "/v1/chat/completions")
            {
                await LlmScripts.Stream(gate, "one", "two")(exchange);
                return;
            }

            await exchange.SendRaw($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Whole.Length}\r\n\r\n{Whole[..10]}");
            await rest.Pass(exchange.PeerGone);
            await exchange.SendRaw(Whole[10..]);
        });
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });
        using var answer = await cluster.Client.Chat(stream: true);
        using var whole = await cluster.Client.Post("v1/embeddings", """{"model":"test-model","input":"x"}""");
        await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
        var received = new StringBuilder();
        gate.Release();
        await Read(body, received, "one");

        await LoseLine(cluster);

        await Read(body, received, Heartbeat);
        cluster.Line.Accept();
        gate.Release();
        rest.Release();
        await Read(body, received, "data: [DONE]\n\n");
        Assert.Equal(Whole, await whole.Text());
        var stream = received.ToString();
        var events = stream.Replace(Heartbeat, "", StringComparison.Ordinal);
        Assert.Equal(4, events.Split("data: ").Length - 1);
        Assert.DoesNotContain("interrupted", events, StringComparison.Ordinal);
        // Heartbeats are no part of the answer: the last figure of the line counts its bytes.
        await cluster.BrokerLogs.Until("Request", answer.Header("x-request-id"), $" {events.Length}");
    }

    [Fact]
    public async Task Stream_whose_line_stays_away_is_told_so_after_the_window()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            OverFaultyLine = true,
            Broker = broker => broker.Channels.ResumeWindow = TimeSpan.FromSeconds(1.5),
        });
        using var answer = await cluster.Client.Chat(stream: true);
        gate.Release();
        await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
        var received = new StringBuilder();
        await Read(body, received, "one");

        await LoseLine(cluster);

        await Read(body, received, Heartbeat);
        await Read(body, received, "stream_interrupted");
        while (await body.ReadAsync(new byte[1024], Cancel).OrHang() > 0)
        {
        }

        Assert.DoesNotContain("[DONE]", received.ToString(), StringComparison.Ordinal);
        cluster.Line.Accept();
    }

    [Fact]
    public async Task New_request_waits_for_the_line_and_goes_on_the_moment_it_is_back()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true, Broker = broker => broker.ConnectorWait = HangGuard.Limit });
        await LoseLine(cluster);

        var asking = cluster.Client.Chat();
        cluster.Line.Accept();

        using var answer = await asking;
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
        Assert.Single(llm.Requests);
    }

    [Fact]
    public async Task Request_that_comes_before_any_connector_is_served_by_the_first()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        var time = new ManualTime();
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true, BrokerTime = time });
        var asking = await Waiting(cluster, time, Cancel);

        await cluster.StartConnector();

        using var answer = await asking;
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
    }

    [Fact]
    public async Task Request_waits_as_long_as_the_setting_says_and_is_told_when_to_come_back()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        var time = new ManualTime();
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true, BrokerTime = time });
        var asking = await Waiting(cluster, time, Cancel);

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        using var answer = await asking;
        await ErrorAssert.Is(answer, 503, "server_error", "connector_offline");
        Assert.Equal("5", answer.Header("retry-after"));
        await cluster.BrokerLogs.Until("Request", " 503 connector_offline ", " 5000 ");
    }

    [Fact]
    public async Task Client_that_leaves_waits_no_more()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        var time = new ManualTime();
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true, BrokerTime = time });
        using var leave = new CancellationTokenSource();
        var asking = await Waiting(cluster, time, leave.Token);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await cluster.BrokerLogs.Until("Request", " 499 client_gone ");
    }

    [Fact]
    public async Task Broker_that_stops_answers_those_who_wait()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        var time = new ManualTime();
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true, BrokerTime = time });
        var asking = await Waiting(cluster, time, Cancel);

        var stopping = cluster.StopBroker();

        using var answer = await asking;
        await ErrorAssert.Is(answer, 503, "server_error", "connector_offline");
        Assert.NotEmpty(answer.Header("retry-after"));
        await cluster.BrokerLogs.Until("Draining 1");
        await stopping.OrHang();
    }

    [Fact]
    public async Task Model_that_nobody_ever_served_is_not_waited_for()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Broker = broker => broker.ConnectorWait = TimeSpan.FromHours(1) });

        using var answer = await cluster.Client.Chat(model: "gpt-9");

        await ErrorAssert.Is(answer, 404, "invalid_request_error", "model_not_found");
    }

    [Fact]
    public async Task Request_whose_body_is_not_held_stays_with_its_connector()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var other = new ScriptedLlmServer(LlmScripts.Completion("from the other"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true, KnowsSecondConnector = true });
        await cluster.StartConnector(cluster.SecondToken, llm: other.Url, broker: cluster.Url);
        await cluster.UntilTrue(async () =>
        {
            using var one = await cluster.Client.Chat();
            return other.Requests.Count > 0;
        });
        using var upload = await RawConnection.Open(cluster.Url);
        // The second connector had the last request; the model is known from the first bytes, and more comes than is held.
        var begin = $$"""{"model":"test-model","messages":[{"role":"user","content":"{{new string('x', 300_000)}}""";
        const string End = "\"}]}";
        var passed = cluster.Line.Passed;
        await upload.SendHead($"Authorization: Bearer {TestUsers.AliceKey}", $"Content-Length: {begin.Length + End.Length}", "Connection: close");
        await upload.Send(begin);
        await cluster.Line.UntilPassed(passed + 200_000).OrHang();
        await LoseLine(cluster);
        var requests = other.Requests.Count;
        using (var elsewhere = await cluster.Client.Chat())
            Assert.Contains("from the other", await elsewhere.Text(), StringComparison.Ordinal);

        cluster.Line.Accept();
        await upload.Send(End);

        Assert.Contains("Hello", await upload.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal(requests + 1, other.Requests.Count);
    }

    // Without a connector nothing else starts a clock: one more than before is the request's own.
    private static async Task<Task<HttpResponseMessage>> Waiting(Cluster cluster, ManualTime time, CancellationToken leave)
    {
        var armed = time.ArmedTimers;
        var asking = cluster.Client.ChatUntil(stream: false, leave);
        await time.UntilArmed(armed + 1);
        return asking;
    }

    private static async Task LoseLine(Cluster cluster)
    {
        // A cluster has started when one channel is up; the second must not come up behind the cut, or be missed by it.
        await cluster.UntilBothChannelsAre("up");
        var before = Downs();
        cluster.Line.Refuse();
        cluster.Line.Cut();
        await cluster.UntilTrue(() => Task.FromResult(Downs() >= before + 2));

        int Downs() => cluster.BrokerLogs.Entries.Count(entry => entry.Says("Channel down", " home "));
    }

    private static async Task Read(Stream body, StringBuilder received, string until)
    {
        var buffer = new byte[4096];
        while (!received.ToString().Contains(until, StringComparison.Ordinal))
        {
            var read = await body.ReadAsync(buffer, Cancel).OrHang($"'{until}' behind: {received}");
            Assert.True(read > 0, $"ended before '{until}': {received}");
            received.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
    }
}
