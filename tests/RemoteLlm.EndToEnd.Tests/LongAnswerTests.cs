namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Nothing ends only because it is long: each byte starts the clock anew, and only silence ends a stream.</summary>
public sealed class LongAnswerTests
{
    private static readonly TimeSpan s_betweenBytes = TimeSpan.FromSeconds(299);

    public static TheoryData<string> Dialects => StreamedDialect.Names;

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Answer_with_a_byte_every_four_minutes_goes_on_for_an_hour(string name)
    {
        const int Bytes = 15;
        var dialect = StreamedDialect.Of(name);
        var time = new ManualTime();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await dialect.SendHeaders(exchange);
            for (var sent = 0; sent < Bytes; sent++)
            {
                await gate.Pass(exchange.PeerGone);
                await exchange.SendChunk(dialect.Whole[sent..(sent + 1)]);
            }

            await gate.Pass(exchange.PeerGone);
            await exchange.SendChunk(dialect.Whole[Bytes..]);
        });
        await using var cluster = await Cluster.Start(llm.Url, At(time));
        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        var frames = await FrameReader.Of(answer, dialect.Delimiter);

        for (var sent = 1; sent <= Bytes; sent++)
        {
            gate.Release();
            await frames.Until(dialect.Whole[..sent]);
            await time.UntilArmedFor(s_betweenBytes);
            time.Advance(TimeSpan.FromMinutes(4));
        }

        gate.Release();
        Assert.Equal(dialect.Whole, await frames.Rest());
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Stream_that_falls_silent_is_ended_with_an_error_in_it(string name)
    {
        var dialect = StreamedDialect.Of(name);
        var time = new ManualTime();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await dialect.SendHeaders(exchange);
            await exchange.SendChunk(dialect.Frames[0]);
            await exchange.PeerClosed;
        });
        await using var cluster = await Cluster.Start(llm.Url, At(time));
        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        var frames = await FrameReader.Of(answer, dialect.Delimiter);
        Assert.Equal(dialect.Frames[0], await frames.Next());
        await time.UntilArmedFor(s_betweenBytes);

        // Heartbeats are ours: they do not make the server's silence shorter.
        for (var beat = 1; beat * 10 < s_betweenBytes.TotalSeconds; beat++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            Assert.True(await frames.Next() is var heartbeat && dialect.IsHeartbeat(heartbeat, framesBefore: 1, beatsBefore: 0), heartbeat);
        }

        time.Advance(TimeSpan.FromSeconds(9));

        var frame = await frames.Next();
        Assert.Contains("cut off", dialect.ErrorIn(frame, "stream_interrupted"), StringComparison.Ordinal);
        Assert.Empty(await frames.Rest());
        await cluster.Connector.Logs.Until("Request", answer.Header("x-request-id"), " 200 stream_interrupted Body UpstreamSilent ");
        await (await llm.NextExchange()).PeerClosed.OrHang();
    }

    private static ClusterOptions At(ManualTime time) => new()
    {
        ConnectorTime = time,
        // The broker answers pings by its own clock: however fast this one runs, the line is alive.
        ConnectorChannels = channels => channels.DeadAfter = TimeSpan.FromDays(1),
        Llm = server => server.BetweenBytesTimeout = s_betweenBytes,
    };
}
