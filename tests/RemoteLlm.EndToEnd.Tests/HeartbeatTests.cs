using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>While nothing comes of an answer its client gets heartbeats of its dialect: in the queue, while the prompt is processed, in mid-answer. API.md, <em>Streams</em>, 5.</summary>
public sealed class HeartbeatTests
{
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_queueTimeout = TimeSpan.FromSeconds(601);

    public static TheoryData<string> Dialects => StreamedDialect.Names;

    public static TheoryData<string, Failure> Failures => [.. Dialects.SelectMany(_ => Enum.GetValues<Failure>(), (name, failure) => (name.Data, failure))];

    public enum Failure
    {
        Refusal,
        ServerError,

        /// <summary>Twice: a request without a byte of an answer is sent once more.</summary>
        Reset,
        Silence,
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Prompt_phase_of_three_minutes_before_the_servers_headers(string name)
    {
        var dialect = StreamedDialect.Of(name);
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await gate.Pass(exchange.PeerGone);
            await SendWhole(dialect, exchange);
        });
        await using var cluster = await Cluster.Start(llm.Url, At(time));
        var asking = cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        await llm.NextExchange();
        await time.UntilArmedFor(s_silence);
        Assert.False(asking.IsCompleted);
        time.Advance(s_silence - TimeSpan.FromMilliseconds(1));
        time.Advance(TimeSpan.FromMilliseconds(1));

        using var answer = await asking;
        Assert.Equal((HttpStatusCode.OK, dialect.ContentType), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var frames = await FrameReader.Of(answer, dialect.Delimiter);
        await Beats(dialect, frames, time, 17, beaten: true);
        gate.Release();
        Assert.Equal(dialect.Whole, await frames.Rest());
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Prompt_phase_of_three_minutes_behind_the_servers_headers(string name)
    {
        var dialect = StreamedDialect.Of(name);
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await dialect.SendHeaders(exchange);
            await gate.Pass(exchange.PeerGone);
            await exchange.SendChunk(dialect.Whole);
        });
        await using var cluster = await Cluster.Start(llm.Url, At(time));
        // A client that says nothing about usage: the stream is filtered then, which must not hold up anything.
        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true, saysUsage: false));
        var frames = await FrameReader.Of(answer, dialect.Delimiter);

        await Beats(dialect, frames, time, 18);

        gate.Release();
        Assert.Equal(dialect.Whole, await frames.Rest());
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Three_minutes_in_the_queue(string name)
    {
        var dialect = StreamedDialect.Of(name);
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await gate.Pass(exchange.PeerGone);
            await LlmScripts.Completion()(exchange);
        });
        await using var cluster = await Cluster.Start(llm.Url, At(time, server => server.MaxConcurrent = 1));
        var first = cluster.Client.Chat();
        await llm.NextExchange();
        llm.Script = exchange => SendWhole(dialect, exchange);
        var asking = cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        await time.UntilArmedFor(s_queueTimeout);
        time.Advance(s_silence);

        using var answer = await asking;
        var frames = await FrameReader.Of(answer, dialect.Delimiter);
        await Beats(dialect, frames, time, 17, beaten: true);
        Assert.Single(llm.Requests);
        gate.Release();
        Assert.Equal(dialect.Whole, await frames.Rest());
        (await first).Dispose();
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Silence_between_two_frames_wherever_it_is(string name)
    {
        var dialect = StreamedDialect.Of(name);
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await dialect.SendHeaders(exchange);
            foreach (var frame in dialect.Frames)
            {
                await gate.Pass(exchange.PeerGone);
                await exchange.SendChunk(frame);
            }
        });
        await using var cluster = await Cluster.Start(llm.Url, At(time));
        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        var frames = await FrameReader.Of(answer, dialect.Delimiter);

        for (var sent = 0; sent < dialect.Frames.Count; sent++)
        {
            gate.Release();
            Assert.Equal(dialect.Frames[sent], await frames.Next());
            if (sent < dialect.Frames.Count - 1)
                await Beats(dialect, frames, time, 2, framesBefore: sent + 1);
        }

        Assert.Empty(await frames.Rest());
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Answers_that_are_no_streams_get_none(string name)
    {
        // So long that it is passed on before it is whole: a short one may be an error in disguise.
        var whole = $$"""{"id":"x","model":"test-model","choices":[],"content":[],"response":"{{new string('x', 1000)}}","done":true}""";
        var dialect = StreamedDialect.Of(name);
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await gate.Pass(exchange.PeerGone);
            await exchange.SendRaw($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {whole.Length}\r\n\r\n{whole[..10]}");
            await gate.Pass(exchange.PeerGone);
            await exchange.SendRaw(whole[10..]);
        });
        await using var cluster = await Cluster.Start(llm.Url, At(time));
        var asking = cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: false));
        await llm.NextExchange();
        Advance(time, 18);
        Assert.False(asking.IsCompleted);
        gate.Release();

        using var answer = await asking;
        Advance(time, 18);
        gate.Release();
        Assert.Equal((HttpStatusCode.OK, whole), (answer.StatusCode, await answer.Text()));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task None_stands_in_the_middle_of_a_frame_or_behind_the_last(string name)
    {
        var dialect = StreamedDialect.Of(name);
        var (half, rest) = (dialect.Frames[0][..^20], dialect.Frames[0][^20..] + string.Concat(dialect.Frames.Skip(1)));
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await dialect.SendHeaders(exchange);
            await exchange.SendChunk(half);
            await gate.Pass(exchange.PeerGone);
            await exchange.SendChunk(rest);
            await gate.Pass(exchange.PeerGone);
        });
        await using var cluster = await Cluster.Start(llm.Url, At(time));
        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        var frames = await FrameReader.Of(answer, dialect.Delimiter);

        await frames.Until(half);
        Advance(time, 6);
        gate.Release();
        await frames.Until(rest);
        Advance(time, 6);
        gate.Release();

        Assert.Equal(dialect.Whole, await frames.Rest());
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Failure_after_a_heartbeat_is_told_in_the_stream(string name, Failure failure)
    {
        const string Message = "the prompt is not to my liking";
        var dialect = StreamedDialect.Of(name);
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await gate.Pass(exchange.PeerGone);
            await Fail(exchange, failure, dialect.ErrorBody(Message));
        });
        await using var cluster = await Cluster.Start(llm.Url, At(time, server => (server.FirstByteTimeout, server.Retries) = (TimeSpan.FromSeconds(15), 0)));
        var asking = cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        await llm.NextExchange();
        time.Advance(s_silence);
        using var answer = await asking;
        var frames = await FrameReader.Of(answer, dialect.Delimiter);
        await Beats(dialect, frames, time, 0, beaten: true);

        if (failure == Failure.Silence)
            time.Advance(TimeSpan.FromSeconds(5));
        else
            gate.Release(2);

        var told = dialect.ErrorIn(await frames.Next(), failure == Failure.Silence ? "upstream_timeout" : "upstream_error");
        Assert.Empty(await frames.Rest());
        Assert.DoesNotContain(dialect.EndSign, frames.Received, StringComparison.Ordinal);
        if (failure is Failure.Refusal or Failure.ServerError)
            Assert.Contains(Message, told, StringComparison.Ordinal);
        await cluster.Connector.Logs.Until("Request", " 200 ", failure == Failure.Silence ? "upstream_timeout Send UpstreamSilent" : "upstream_error Send Upstream ");
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Failure_before_any_heartbeat_has_its_own_status(string name, Failure failure)
    {
        var dialect = StreamedDialect.Of(name);
        var body = dialect.ErrorBody("the prompt is not to my liking");
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await gate.Pass(exchange.PeerGone);
            await Fail(exchange, failure, body);
        });
        await using var cluster = await Cluster.Start(llm.Url, At(time, server => (server.FirstByteTimeout, server.Retries) = (TimeSpan.FromSeconds(9), 0)));
        var asking = cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        await llm.NextExchange();
        time.Advance(TimeSpan.FromSeconds(failure == Failure.Silence ? 9 : 8.9));
        gate.Release(2);

        using var answer = await asking;
        Assert.Equal(failure switch { Failure.Refusal => 400, Failure.ServerError => 500, Failure.Reset => 502, _ => 504 }, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        if (failure is Failure.Refusal or Failure.ServerError)
            Assert.Equal(body, await answer.Text());
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Brokers_heartbeats_while_the_line_is_down_are_of_the_dialect_too(string name)
    {
        var dialect = StreamedDialect.Of(name);
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await dialect.SendHeaders(exchange);
            foreach (var frame in dialect.Frames)
            {
                await gate.Pass(exchange.PeerGone);
                await exchange.SendChunk(frame);
            }
        });
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true });
        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        var frames = await FrameReader.Of(answer, dialect.Delimiter);
        await cluster.UntilBothChannelsAre("up");

        cluster.Line.Refuse();
        cluster.Line.Cut();

        for (var beat = 0; beat < dialect.FramesOfFirstHeartbeat; beat++)
            Assert.True(await frames.Next() is var first && dialect.IsHeartbeat(first, 0, beat), first);
        cluster.Line.Accept();
        gate.Release(dialect.Frames.Count);
        var rest = await frames.Rest();
        // Should the line be away for long, there are more of them.
        Assert.Equal(dialect.Whole, string.Concat(rest.Split(dialect.Delimiter)[..^1].Select(frame => frame + dialect.Delimiter).SkipWhile(frame => dialect.IsHeartbeat(frame, 0, 1))));
    }

    [Fact]
    public async Task Real_prompt_phase_of_ninety_seconds()
    {
        if (Environment.GetEnvironmentVariable("REMOTELLM_LONG") != "1")
            Assert.Skip("It takes 90 s: set REMOTELLM_LONG=1 to run it.");
        var phase = TimeSpan.FromSeconds(90);
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            var dialect = StreamedDialect.Of(StreamedDialect.Names.Single(name => StreamedDialect.Of(name.Data).Path == exchange.Request.Path).Data);
            // The real clock is what is tried here.
            using var prompt = new PeriodicTimer(phase);
            await prompt.WaitForNextTickAsync(exchange.PeerGone);
            await SendWhole(dialect, exchange);
        });
        await using var cluster = await Cluster.Start(llm.Url);

        await Task.WhenAll(StreamedDialect.Names.Select(name => Ask(StreamedDialect.Of(name.Data))));

        async Task Ask(StreamedDialect dialect)
        {
            using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
            var frames = await FrameReader.Of(answer, dialect.Delimiter);
            var beats = 0;
            while (await frames.Next() is var frame && frame != dialect.Frames[0])
                Assert.True(dialect.IsHeartbeat(frame, 0, beats++), frame);
            Assert.InRange(beats - dialect.FramesOfFirstHeartbeat + 1, 8, 9);
            Assert.Equal(string.Concat(dialect.Frames.Skip(1)), await frames.Rest());
            TestContext.Current.TestOutputHelper?.WriteLine($"{dialect.Name}: {beats} frames of heartbeats in {phase.TotalSeconds:0} s");
        }
    }

    private static ClusterOptions At(ManualTime time, Action<Connector.Servers.LlmServerOptions>? llm = null) => new()
    {
        ConnectorTime = time,
        // The broker answers pings by its own clock: however fast this one runs, the line is alive.
        ConnectorChannels = channels => channels.DeadAfter = TimeSpan.FromDays(1),
        Llm = server =>
        {
            server.QueueTimeout = s_queueTimeout;
            llm?.Invoke(server);
        },
    };

    private static async Task SendWhole(StreamedDialect dialect, ScriptedExchange exchange)
    {
        await dialect.SendHeaders(exchange);
        await exchange.SendChunk(dialect.Whole);
    }

    private static async Task Fail(ScriptedExchange exchange, Failure failure, string body)
    {
        switch (failure)
        {
            case Failure.Refusal:
                await exchange.SendJson(body, 400);
                break;
            case Failure.ServerError:
                await exchange.SendJson(body, 500);
                break;
            case Failure.Reset:
                exchange.Cut();
                break;
            default:
                await exchange.PeerClosed;
                break;
        }
    }

    private static void Advance(ManualTime time, int steps)
    {
        for (var step = 0; step < steps; step++)
            time.Advance(s_silence);
    }

    // One heartbeat a step, and exactly one: whatever else was sent would be read by the next step, or be in the way of the answer.
    private static async Task Beats(StreamedDialect dialect, FrameReader frames, ManualTime time, int count, int framesBefore = 0, bool beaten = false)
    {
        var seen = 0;
        for (var beat = beaten ? 0 : 1; beat <= count; beat++)
        {
            await time.UntilArmedFor(s_silence);
            if (beat > 0)
                time.Advance(s_silence);
            var expected = seen == 0 && framesBefore == 0 ? dialect.FramesOfFirstHeartbeat : 1;
            for (var frame = 0; frame < expected; frame++, seen++)
                Assert.True(await frames.Next() is var text && dialect.IsHeartbeat(text, framesBefore, seen), text);
        }
    }
}
