using System.Diagnostics;
using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>
/// The line between connector and broker fails, and what ran over it is lost: resuming is off, or a session is new. Who comes next is served. What a
/// line that comes back in time makes of it is in <see cref="ResumeTests"/>.
/// </summary>
public sealed class ReconnectTests
{
    private static readonly TimeSpan s_backWithin = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task relay_reconnect()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url, WithoutResume());
        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());
        var exchange = await llm.NextExchange();

        cluster.Line.Cut();
        var cut = Stopwatch.GetTimestamp();

        // The client is told, and the GPU is free.
        ErrorAssert.IsEvent(await events.Next(), "server_error", "stream_interrupted");
        Assert.Null(await events.Next());
        await exchange.PeerClosed.OrHang();

        llm.Script = LlmScripts.Completion();
        await ServedAgain(cluster);
        var back = Stopwatch.GetElapsedTime(cut);
        TestContext.Current.TestOutputHelper?.WriteLine($"served again {back.TotalMilliseconds:0} ms after the line was cut");
        Assert.True(back < s_backWithin, $"it took {back}");
    }

    [Fact]
    public async Task relay_reconnect_aborts_a_whole_answer_that_was_cut()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendRaw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"choices\":");
            await gate.Pass(exchange.PeerGone);
        });
        await using var cluster = await Cluster.Start(llm.Url, WithoutResume());
        using var answer = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        cluster.Line.Cut();

        Assert.True(await Record.ExceptionAsync(() => answer.Text()) is HttpRequestException or IOException);
    }

    [Fact]
    public async Task relay_reconnect_answers_503_to_a_request_that_had_no_answer_yet()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Hang());
        await using var cluster = await Cluster.Start(llm.Url, WithoutResume());
        var asking = cluster.Client.Chat();
        await llm.NextExchange();
        cluster.Line.Refuse();

        cluster.Line.Cut();

        using var answer = await asking;
        await ErrorAssert.Is(answer, 503, "server_error", "connector_offline");
        Assert.NotEmpty(answer.Header("retry-after"));
        cluster.Line.Accept();
    }

    [Fact]
    public async Task relay_reconnect_after_a_line_that_went_silent()
    {
        // Nothing tells either end that the line is dead but the silence itself: 12 s of it, by a clock that the test turns.
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url, WithoutResume(time));
        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());
        var exchange = await llm.NextExchange();

        cluster.Line.Blackhole();
        time.Advance(TimeSpan.FromSeconds(13));

        ErrorAssert.IsEvent(await events.Next(), "server_error", "stream_interrupted");
        Assert.Null(await events.Next());
        await exchange.PeerClosed.OrHang();
        llm.Script = LlmScripts.Completion();
        cluster.Line.Resume();
        await ServedAgain(cluster);
    }

    [Fact]
    public async Task Requests_while_the_line_is_down_are_told_when_to_come_back()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true, Broker = broker => broker.ConnectorWait = TimeSpan.Zero });
        await cluster.UntilBothChannelsAre("up");
        cluster.Line.Refuse();
        cluster.Line.Cut();
        await cluster.UntilBothChannelsAre("down");

        using (var answer = await cluster.Client.Chat())
        {
            await ErrorAssert.Is(answer, 503, "server_error", "connector_offline");
            Assert.Equal(("5", "5000"), (answer.Header("retry-after"), answer.Header("retry-after-ms")));
        }

        cluster.Line.Accept();
        await ServedAgain(cluster);
    }

    [Fact]
    public async Task Ten_cuts_in_a_row_are_survived()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });
        for (var cut = 0; cut < 10; cut++)
        {
            cluster.Line.Cut();
            await ServedAgain(cluster);
        }
    }

    private static ClusterOptions WithoutResume(TimeProvider? time = null) => new()
    {
        OverFaultyLine = true,
        BrokerTime = time,
        ConnectorTime = time,
        Broker = options => (options.Channels.ResumeWindow, options.ConnectorWait) = (TimeSpan.Zero, TimeSpan.Zero),
    };

    private static Task ServedAgain(Cluster cluster) => cluster.UntilTrue(async () =>
    {
        using var answer = await cluster.Client.Chat();
        if (answer.StatusCode != HttpStatusCode.OK)
            await ErrorAssert.Is(answer, 503, "server_error", "connector_offline");
        return answer.StatusCode == HttpStatusCode.OK;
    });
}
