using System.Buffers.Text;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Bodies with images in them: they are passed on while they come where that can be, wait in files where it cannot, and cost the broker next to no memory.</summary>
[Collection(nameof(LargeBodyTests))]
[CollectionDefinition(nameof(LargeBodyTests), DisableParallelization = true)]
public sealed class LargeBodyTests
{
    private const int Size = 20_000_000;
    private const int MaxBody = 50 * 1024 * 1024;

    private static readonly byte[] s_image = Image();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_is_passed_on_while_it_comes_if_its_model_is_known_and_waits_in_a_file_if_not(bool modelFirst)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream("Hello"));
        await using var cluster = await Cluster.Start(llm.Url);
        var (atBroker, atConnector) = (Spool(cluster.Broker), Spool(cluster.Connector.Services));
        var upload = new Upload(ChatBody(modelFirst));
        var asking = cluster.Client.Ask(new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = upload });

        upload.Allow(upload.Size / 2);
        // The connector keeps 1 MiB in memory, the broker 256 KiB, and the rest of the half in a file.
        await Until(() => (modelFirst ? atConnector : atBroker).Held > (upload.Size / 2) - (2 * 1024 * 1024));
        Assert.Equal(0, (modelFirst ? atBroker : atConnector).Held);
        Assert.Empty(llm.Requests);
        upload.Allow(upload.Size);

        using var answer = await asking;
        Assert.Contains("[DONE]", await answer.Text(), StringComparison.Ordinal);
        // The server was asked for usage, in front of all else; but for that it got what the client sent.
        var body = Assert.Single(llm.Requests).Body.ToArray();
        var asked = Encoding.ASCII.GetBytes("\"stream_options\":{\"include_usage\":true},");
        Assert.Equal(1, body.AsSpan().IndexOf(asked));
        Assert.True(body.AsSpan(0, 1).SequenceEqual("{"u8) && body.AsSpan(1 + asked.Length).SequenceEqual(upload.Body.AsSpan(1)), "the body was changed");
        await NothingHeld(atBroker, atConnector);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Billing_block_is_taken_out_of_a_large_body(bool modelFirst)
    {
        const string Billing = """{"type":"text","text":"x-anthropic-billing-header: cc_version=2.1.0; cch=00000;"},""";
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"id":"msg_1","type":"message","role":"assistant","content":[],"usage":{"input_tokens":1,"output_tokens":1}}"""));
        await using var cluster = await Cluster.Start(llm.Url);
        var (begin, end) = modelFirst ? ("\"model\":\"test-model\",", "") : ("", ",\"model\":\"test-model\"");
        byte[] Body(string billing) =>
        [
            .. Encoding.ASCII.GetBytes("{" + begin + "\"max_tokens\":9,\"system\":[" + billing + "{\"type\":\"text\",\"text\":\"Be brief.\"}],"),
            .. "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\""u8,
            .. s_image, .. Encoding.ASCII.GetBytes("\"}}]}]" + end + "}"),
        ];
        var upload = new Upload(Body(Billing));
        upload.Allow(upload.Size);

        using var answer = await cluster.Client.Ask(new HttpRequestMessage(HttpMethod.Post, "v1/messages") { Content = upload });

        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
        Assert.True(Assert.Single(llm.Requests).Body.Span.SequenceEqual(Body("")), "more or less than the billing block was taken out");
        await NothingHeld(Spool(cluster.Broker), Spool(cluster.Connector.Services));
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("ollama chat")]
    public async Task Largest_body_is_taken_and_one_byte_more_is_refused(string name)
    {
        var dialect = StreamedDialect.Of(name);
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"id":"x","choices":[],"content":[],"response":"","done":true}"""));
        await using var cluster = await Cluster.Start(llm.Url);
        var start = Encoding.ASCII.GetBytes(dialect.Body(stream: false));
        var largest = new byte[MaxBody];
        largest.AsSpan().Fill((byte)' ');
        start.CopyTo(largest, 0);

        using (var taken = await Post(largest))
            Assert.True(taken.StatusCode == HttpStatusCode.OK, await taken.Text());
        using var refused = await Post([.. largest, (byte)' ']);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        var error = (await refused.Json()).GetProperty("error");
        if (dialect.IsLines)
            Assert.NotEmpty(error.GetString()!);
        else if (dialect.Path == "/v1/messages")
            Assert.Equal("request_too_large", error.GetProperty("type").GetString());
        else
            Assert.Equal("request_too_large", error.GetProperty("code").GetString());
        Assert.True(Assert.Single(llm.Requests).Body.Span.SequenceEqual(largest), "the body was changed");

        Task<HttpResponseMessage> Post(byte[] body) => cluster.Client.Ask(new HttpRequestMessage(HttpMethod.Post, dialect.Path[1..]) { Content = new ByteArrayContent(body) });
    }

    [Theory]
    [InlineData(Place.BrokerModelFirst)]
    [InlineData(Place.BrokerModelLast)]
    [InlineData(Place.BothModelFirst)]
    public async Task Body_of_20_MB_costs_the_broker_less_than_1_MB_of_memory(Place place)
    {
        // The connector's part: 1 MiB in memory, the rest in a file.
        var most = place == Place.BothModelFirst ? 2_500_000 : 1_000_000;
        // Pools that give back what they had for the last round look like a cost of this one, now and then: the figure errs upwards only.
        var each = long.MaxValue;
        for (var attempt = 0; attempt < 3 && each > most; attempt++)
            each = await CostOfEach(place);
        Assert.True(each <= most, $"{each} bytes each");
    }

    private static async Task<long> CostOfEach(Place place)
    {
        const int Few = 4;
        const int Many = 16;
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            OverFaultyLine = true,
            Broker = broker => broker.Channels.DeadAfter = TimeSpan.FromHours(1),
            ConnectorChannels = channels => channels.DeadAfter = TimeSpan.FromHours(1),
        });
        var body = ChatBody(modelFirst: place != Place.BrokerModelLast, stream: false);
        // Once for what is made once: pools, code, channels.
        await Measure(Few);

        // What a request costs is what more of them cost: rings and windows belong to the channel, however many share it, and the client's own part is small.
        var few = await Measure(Few);
        var many = await Measure(Many);
        var each = (many - few) / (Many - Few);
        TestContext.Current.TestOutputHelper?.WriteLine($"{place}: {few / 1024} KiB for {Few}, {many / 1024} KiB for {Many}: {each / 1024} KiB each");
        return each;

        async Task<long> Measure(int count)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            // At the worst moment: the line takes nothing more, and all that lies on the way to it is full.
            if (place == Place.BrokerModelFirst)
                cluster.Line.Blackhole();
            var uploads = Enumerable.Range(0, count).Select(_ => new Upload(body)).ToList();
            var asking = uploads.Select(upload => cluster.Client.Ask(new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = upload })).ToList();
            // Neither is whole: the connector has nothing to send on.
            uploads.ForEach(upload => upload.Allow(upload.Size - 1));
            await Quiet(uploads);
            if (place != Place.BrokerModelFirst)
                Assert.All(uploads, upload => Assert.Equal(upload.Size - 1, upload.Sent));
            var held = GC.GetTotalMemory(forceFullCollection: true) - before;
            cluster.Line.Resume();
            uploads.ForEach(upload => upload.Allow(upload.Size));
            foreach (var answer in asking)
                (await answer).Dispose();
            return held;
        }
    }

    public enum Place
    {
        BrokerModelFirst,
        BrokerModelLast,
        BothModelFirst,
    }

    private static BodySpool Spool(IServiceProvider services) => services.GetRequiredService<BodySpool>();

    private static async Task NothingHeld(params BodySpool[] spools)
    {
        await Until(() => spools.All(spool => spool.Held == 0));
        // Others on this machine may be making theirs, each of which has its name for a moment only.
        var files = Directory.GetFiles(Path.GetTempPath(), "remotellm-*.body");
        await Until(() => !files.Any(File.Exists));
    }

    // How much is held is told to nobody: it is looked at until it is so, or until the guard says that it never is.
    private static Task Until(Func<bool> holds) => Task.Run(
        async () =>
        {
            while (!holds())
                await Task.Delay(TimeSpan.FromMilliseconds(10), Token);
        },
        Token).OrHang("what is held");

    // Until nothing more has gone out for a while: then whatever is between is as full as it gets.
    private static Task Quiet(IReadOnlyList<Upload> uploads) => Task.Run(
        async () =>
        {
            long sent;
            do
            {
                sent = uploads.Sum(upload => upload.Sent);
                await Task.Delay(TimeSpan.FromMilliseconds(700), Token);
            }
            while (sent == 0 || uploads.Sum(upload => upload.Sent) != sent);
        },
        Token).OrHang("uploads that make no progress");

    private static byte[] ChatBody(bool modelFirst, bool stream = true)
    {
        const string Model = "\"model\":\"test-model\"";
        return
        [
            .. Encoding.ASCII.GetBytes("{" + (modelFirst ? Model + "," : "") + (stream ? "\"stream\":true," : "")),
            .. "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"u8,
            .. s_image, .. Encoding.ASCII.GetBytes("\"}}]}]" + (modelFirst ? "" : "," + Model) + "}"),
        ];
    }

    private static byte[] Image()
    {
        var pixels = new byte[Size / 4 * 3];
        new Random(20).NextBytes(pixels);
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(pixels.Length)];
        Base64.EncodeToUtf8(pixels, text, out _, out _);
        return text;
    }

    /// <summary>A body that is sent as far as it is allowed, in pieces out of one array.</summary>
    private sealed class Upload(byte[] body) : HttpContent
    {
        private const int Piece = 64 * 1024;

        private readonly Lock _gate = new();
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _allowed;
        private int _sent;

        public byte[] Body => body;

        public int Size => body.Length;

        public int Sent => Volatile.Read(ref _sent);

        public void Allow(int bytes)
        {
            lock (_gate)
            {
                _allowed = bytes;
                _more.TrySetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            while (_sent < body.Length)
            {
                Task more;
                int allowed;
                lock (_gate)
                    (more, allowed) = (_more.Task, _allowed);
                if (_sent == allowed)
                {
                    await stream.FlushAsync(Token);
                    await more;
                    continue;
                }

                var piece = Math.Min(Piece, allowed - _sent);
                await stream.WriteAsync(body.AsMemory(_sent, piece), Token);
                Volatile.Write(ref _sent, _sent + piece);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
