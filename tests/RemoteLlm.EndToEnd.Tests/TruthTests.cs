namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Whoever dies in mid-stream, the client gets what had come and is told the rest in its own dialect: never a clean end. API.md, <em>Streams</em>, 4.</summary>
public sealed class TruthTests
{
    public static TheoryData<string, Death> Deaths => [.. StreamedDialect.Names.SelectMany(_ => Enum.GetValues<Death>(), (name, death) => (name.Data, death))];

    public static TheoryData<string> Dialects => StreamedDialect.Names;

    public enum Death
    {
        /// <summary>The LLM server's connection is reset.</summary>
        ServerResets,

        /// <summary>It is closed in good order, in the middle of the answer.</summary>
        ServerCloses,

        /// <summary>The answer is ended in good order, but it is not whole.</summary>
        ServerEndsTooEarly,

        /// <summary>The line between the halves is cut, and what ran over it is lost.</summary>
        TunnelBreaks,

        /// <summary>The connector stops and waits for nobody.</summary>
        ConnectorStops,
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Death_in_mid_stream(string name, Death death)
    {
        var dialect = StreamedDialect.Of(name);
        var frame = dialect.Frames[1];
        // Between two frames; in the first field's name and in the JSON's first string, in the middle, before the JSON's last byte, before the frame's.
        int[] cuts = [0, 3, frame.IndexOf('{', StringComparison.Ordinal) + 4, frame.Length / 2, frame.Length - dialect.Delimiter.Length - 1, frame.Length - 1];
        var server = new DyingServer(dialect, death);
        await using var llm = new ScriptedLlmServer(server.Answer);
        if (death == Death.ConnectorStops)
        {
            foreach (var cut in (int[])[0, frame.Length / 2])
            {
                await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { DrainGrace = TimeSpan.FromMilliseconds(50) });
                await DiesAt(cluster, server, cut);
            }

            return;
        }

        await using var lasting = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true, Broker = broker => broker.Channels.ResumeWindow = TimeSpan.Zero });
        foreach (var cut in cuts)
            await DiesAt(lasting, server, cut);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Stream_that_is_whole_is_not_touched_by_what_breaks_after_it(string name)
    {
        var dialect = StreamedDialect.Of(name);
        foreach (var death in (Death[])[Death.ServerResets, Death.ServerCloses, Death.TunnelBreaks])
        {
            using var gate = new Turnstile();
            await using var llm = new ScriptedLlmServer(async exchange =>
            {
                await dialect.SendHeaders(exchange);
                await exchange.SendChunk(dialect.Whole);
                await gate.Pass(exchange.PeerGone);
                if (death == Death.ServerResets)
                    exchange.Cut();
                else
                    exchange.Close();
            });
            await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { OverFaultyLine = true, Broker = broker => broker.Channels.ResumeWindow = TimeSpan.Zero });
            using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
            var frames = await FrameReader.Of(answer, dialect.Delimiter);
            await frames.Until(dialect.Whole);

            if (death == Death.TunnelBreaks)
                cluster.Line.Cut();
            gate.Release();

            Assert.Equal(dialect.Whole, await frames.Rest());
        }
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("completions")]
    [InlineData("messages")]
    public async Task Stream_that_says_why_it_stopped_is_whole_without_its_last_word(string name)
    {
        var dialect = StreamedDialect.Of(name);
        var almost = string.Concat(dialect.Frames.SkipLast(1));
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await dialect.SendHeaders(exchange);
            await exchange.SendChunk(almost);
        });
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));

        Assert.Equal(almost, await answer.Text());
    }

    private static async Task DiesAt(Cluster cluster, DyingServer server, int cut)
    {
        var (dialect, death) = (server.Dialect, server.Death);
        var sent = server.WillSend(dialect.Frames[0] + dialect.Frames[1][..cut]);
        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        var label = answer.Header("x-request-id");
        var frames = await FrameReader.Of(answer, dialect.Delimiter);
        await frames.Until(sent);

        if (death == Death.TunnelBreaks)
            cluster.Line.Cut();
        else if (death == Death.ConnectorStops)
            await cluster.Connector.Stop().OrHang();
        else
            server.Die();

        var all = await frames.Rest();
        Assert.StartsWith(sent, all, StringComparison.Ordinal);
        Assert.DoesNotContain(dialect.EndSign, all, StringComparison.Ordinal);
        // JSON that was whole is sent off, and the error has a frame of its own; otherwise it is completed with the error.
        var told = all[dialect.Frames[0].Length..].Split(dialect.Delimiter, StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(told.Length, 1, 2);
        Assert.Contains("cut off", dialect.ErrorIn(told[^1] + dialect.Delimiter, "stream_interrupted", own: cut == 0), StringComparison.Ordinal);
        var byServer = death is Death.ServerResets or Death.ServerCloses or Death.ServerEndsTooEarly;
        if (byServer)
            await cluster.Connector.Logs.Until("Request", label, " 200 stream_interrupted Body Upstream ");
        else
            await cluster.Connector.Logs.Until("Request", label, " 200 client_gone Body Client ");
        // Whoever told it, both halves know.
        await cluster.BrokerLogs.Until("Request", label, " 200 stream_interrupted Body Upstream ");
    }

    /// <summary>Sends the beginning of an answer, then ends it as it is told.</summary>
    private sealed class DyingServer(StreamedDialect dialect, Death death)
    {
        private string _begun = "";
        private TaskCompletionSource _die = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StreamedDialect Dialect => dialect;

        public Death Death => death;

        /// <summary>What the next request gets before death.</summary>
        public string WillSend(string begun)
        {
            _die = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _begun = begun;
        }

        public void Die() => _die.SetResult();

        public async Task Answer(ScriptedExchange exchange)
        {
            await dialect.SendHeaders(exchange);
            await exchange.SendChunk(_begun);
            await _die.Task.WaitAsync(exchange.PeerGone);
            if (death == Death.ServerResets)
                exchange.Cut();
            else if (death == Death.ServerCloses)
                exchange.Close();
        }
    }
}
