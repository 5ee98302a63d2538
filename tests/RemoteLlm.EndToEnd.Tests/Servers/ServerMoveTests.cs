namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>A request that one server fails goes to the other whole, whatever it is, and its answer comes from there as it is.</summary>
public sealed class ServerMoveTests
{
    public static TheoryData<string, ServerFault> Streams
    {
        get
        {
            var data = new TheoryData<string, ServerFault>();
            foreach (var name in StreamedDialect.Names)
            {
                data.Add(name, ServerFault.Json500);
                data.Add(name, ServerFault.ClosesAfterTheHead);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Stream_in_each_dialect(string name, ServerFault fault)
    {
        var dialect = StreamedDialect.Of(name);
        await using var home = new ScriptedLlmServer(fault == ServerFault.Json500 ? ServerFaults.Script(fault) : async exchange =>
        {
            await dialect.SendHeaders(exchange);
            exchange.Close();
        });
        await using var other = new ScriptedLlmServer(async exchange =>
        {
            await dialect.SendHeaders(exchange);
            foreach (var frame in dialect.Frames)
                await exchange.SendChunk(frame);
        });
        await using var cluster = await Start(home, other);

        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));

        Assert.Equal(dialect.Whole, await answer.Text());
        Assert.Equal("other", answer.Header("x-remotellm-server"));
        Assert.Equal(Assert.Single(home.Asked()).BodyText, Assert.Single(other.Asked()).BodyText);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(3 * 1024 * 1024)]
    public async Task Recording_in_a_form(int size)
    {
        var recording = new byte[size];
        new Random(size).NextBytes(recording);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(recording), "file", "speech.wav" }, { new StringContent("test-model"), "model" } };
        var sent = await form.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        await using var home = new ScriptedLlmServer(ServerFaults.Script(ServerFault.Json500));
        await using var other = new ScriptedLlmServer(LlmScripts.Json("""{"text":"Good morning"}"""));
        await using var cluster = await Start(home, other);

        using var answer = await cluster.Client.PostAsync("v1/audio/transcriptions", form, TestContext.Current.CancellationToken).OrHang();

        Assert.Equal("""{"text":"Good morning"}""", await answer.AssertGood("other"));
        Assert.True(Assert.Single(other.Asked()).Body.Span.SequenceEqual(sent), "the form reached the other server changed");
    }

    [Fact]
    public async Task Owner_can_say_that_nothing_is_tried_again()
    {
        await using var home = new ScriptedLlmServer(ServerFaults.Script(ServerFault.Html502));
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(home, other, "\"retries\":0");

        using var answer = await cluster.Client.Chat();

        await ErrorAssert.Is(answer, 502, "server_error", "upstream_error");
        Assert.Equal("home", answer.Header("x-remotellm-server"));
        Assert.Empty(other.Asked());
    }

    [Fact]
    public async Task Count_of_tokens()
    {
        await using var home = new ScriptedLlmServer(ServerFaults.Script(ServerFault.Json500));
        await using var other = new ScriptedLlmServer(LlmScripts.Json("""{"input_tokens":2095}"""));
        await using var cluster = await Start(home, other);

        using var answer = await cluster.Client.Post("v1/messages/count_tokens", """{"model":"test-model","messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal((200, """{"input_tokens":2095}"""), ((int)answer.StatusCode, await answer.Text()));
    }

    [Fact]
    public async Task Count_of_tokens_costs_nothing()
    {
        await using var paid = new ScriptedLlmServer(exchange => exchange.Request.Path.EndsWith("count_tokens", StringComparison.Ordinal)
            ? exchange.SendJson("""{"input_tokens":10}""")
            : WorkScripts.Good(exchange));
        await using var cluster = await Cluster.Start(paid.Url, new ClusterOptions
        {
            Servers = ServersText.Of(paid.Entry("paid", "\"prices\":{\"*\":{\"prompt\":1000,\"completion\":1000}},\"cost\":{\"per_day\":0.5}")),
        });
        for (var i = 0; i < 100; i++)
        {
            using var count = await cluster.Client.Post("v1/messages/count_tokens", """{"model":"test-model","messages":[{"role":"user","content":"Hi"}]}""");
            Assert.Equal(200, (int)count.StatusCode);
        }

        using var answer = await cluster.Client.Post("v1/chat/completions", """{"model":"test-model","max_tokens":3,"messages":[{"role":"user","content":"Hi"}]}""");

        await answer.AssertGood("paid");
    }

    private static Task<Cluster> Start(ScriptedLlmServer home, ScriptedLlmServer other, string more = "\"max_concurrent\":4") => Cluster.Start(home.Url, new ClusterOptions
    {
        Servers = ServersText.Of(home.Entry("home", more), other.Entry("other", "\"priority\":1")),
    });
}
