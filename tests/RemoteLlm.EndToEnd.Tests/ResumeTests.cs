using System.Net;
using System.Security.Cryptography;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>The line between connector and broker fails, and nobody notices: the channels outlive their sockets.</summary>
public sealed class ResumeTests
{
    private const int Streams = 20;
    private const int Chunks = 500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Cuts_lose_no_chunk_of_twenty_streams_and_double_none(int seed)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });
        await using var streams = await NumberedStreams.Start(cluster, llm, Streams, Chunks);

        await streams.FinishOver(cluster.Line, cuts: 5, seed);

        Assert.Equal(Streams, llm.Requests.Count);
    }

    [Fact]
    public async Task Orderly_ends_of_the_sockets_are_survived_like_cuts()
    {
        // A reverse proxy that restarts, or a load balancer with a time limit.
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });
        await using var streams = await NumberedStreams.Start(cluster, llm, streams: 4, chunks: 30);
        for (var end = 1; end <= 3; end++)
        {
            streams.Release(10);
            await streams.UntilEachHas(10 * end);
            cluster.Line.Finish();
        }

        await streams.Finished;
    }

    [Fact]
    public async Task Damaged_bytes_on_the_line_reach_no_client()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });
        await using var streams = await NumberedStreams.Start(cluster, llm, streams: 4, chunks: 300);
        var random = new Random(cluster.Line.Seed);
        for (var hit = 0; hit < 6; hit++)
        {
            cluster.Line.Up.CorruptAfter(random.Next(10_000));
            streams.Release(50);
            await streams.UntilEachHas(50 * (hit + 1));
        }

        await streams.Finished;
        Assert.True(cluster.Line.Up.Flips > 0);
    }

    [Fact]
    public async Task An_upload_over_cuts_arrives_as_it_was_sent()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });
        var body = ImageChat(bytes: 15 * 1024 * 1024);
        var before = cluster.Line.Down.Passed;

        var asking = cluster.Client.Post("v1/chat/completions", body);
        for (var cut = 1; cut <= 3; cut++)
        {
            await cluster.Line.Down.UntilPassed(before + (cut * 5L * 1024 * 1024)).OrHang();
            cluster.Line.Cut();
        }

        using var answer = await asking;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(body == Assert.Single(llm.Requests).BodyText, "the LLM server got another body than was sent");
    }

    [Fact]
    public async Task A_whole_answer_that_was_under_way_at_a_cut_arrives_whole()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(HalfAnswer(gate));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });
        using var answer = await cluster.Client.Chat();

        cluster.Line.Cut();
        gate.Release();

        Assert.Equal("""{"one": "half"}""", await answer.Text());
    }

    [Fact]
    public async Task A_line_that_is_silent_for_20_s_is_found_out_in_13_and_no_stream_notices()
    {
        var time = new ManualTime();
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true, BrokerTime = time, ConnectorTime = time });
        await using var streams = await NumberedStreams.Start(cluster, llm, Streams, chunks: 100);
        streams.Release(40);
        await streams.UntilEachHas(40);
        await cluster.UntilBothChannelsAre("up");

        cluster.Line.Blackhole();
        streams.Release(30);
        time.Advance(TimeSpan.FromSeconds(13));
        await cluster.UntilBothChannelsAre("down");

        time.Advance(TimeSpan.FromSeconds(7));
        cluster.Line.Resume();
        streams.Release(30);
        await streams.Finished.OrHang();
    }

    [Fact]
    public async Task A_stream_whose_line_stays_away_ends_with_an_error_when_the_window_does()
    {
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true, BrokerTime = time, ConnectorTime = time });
        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());
        var exchange = await llm.NextExchange();

        var next = await LoseTheLine(cluster, time, events.Next);

        ErrorAssert.IsEvent(await next, "server_error", "stream_interrupted");
        Assert.Null(await events.Next());
        await exchange.PeerClosed.OrHang();
    }

    [Fact]
    public async Task A_whole_answer_whose_line_stays_away_is_broken_off_when_the_window_ends()
    {
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(HalfAnswer(gate));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true, BrokerTime = time, ConnectorTime = time });
        using var answer = await cluster.Client.Chat();
        var exchange = await llm.NextExchange();

        var text = await LoseTheLine(cluster, time, answer.Text);

        Assert.True(await Record.ExceptionAsync(() => text) is HttpRequestException or IOException);
        await exchange.PeerClosed.OrHang();
    }

    /// <summary>Cuts the line for longer than the window: nothing has ended a second before it is over.</summary>
    private static async Task<Task<T>> LoseTheLine<T>(Cluster cluster, ManualTime time, Func<Task<T>> read)
    {
        await cluster.UntilBothChannelsAre("up");
        cluster.Line.Refuse();
        cluster.Line.Cut();
        await cluster.UntilBothChannelsAre("down");
        var reading = read();
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        return reading;
    }

    private static LlmScript HalfAnswer(Turnstile gate) => async exchange =>
    {
        await exchange.SendHeaders(contentType: "application/json");
        await exchange.SendChunk("""{"one":""");
        await gate.Pass(exchange.PeerGone);
        await exchange.SendChunk(""" "half"}""");
    };

    // Random, so that no two parts of it are alike; base64 as clients send images.
    private static string ImageChat(int bytes) =>
        """{"model":"test-model","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,"""
        + Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes))
        + "\"}}]}]}";
}
