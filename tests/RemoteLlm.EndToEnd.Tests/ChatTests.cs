using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>A request crosses broker, tunnel and connector, and its answer comes back.</summary>
public sealed class ChatTests
{
    [Fact]
    public async Task chat_completion()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion("Good morning"));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post("v1/chat/completions", TestClient.ChatBody());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = await answer.Json();
        Assert.Equal("Good morning", body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.NotEmpty(answer.Header("x-request-id"));
        Assert.NotEmpty(answer.Header("openai-processing-ms"));
        var request = Assert.Single(llm.Requests);
        Assert.Equal(("POST", "/v1/chat/completions", TestClient.ChatBody()), (request.Method, request.Path, request.BodyText));
    }

    [Fact]
    public async Task streaming()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two", "three"));
        await using var cluster = await Cluster.Start(llm.Url);

        // The headers are here although the LLM server has not been let to send a single chunk.
        using var answer = await cluster.Client.Chat(stream: true);
        Assert.Equal("no-cache", answer.Header("Cache-Control"));
        Assert.Equal("no", answer.Header("X-Accel-Buffering"));
        await using var events = await answer.Events();

        // Each chunk is in the client's hands before the next one may be sent: nothing on the way holds one back.
        foreach (var piece in new[] { "one", "two", "three" })
        {
            gate.Release();
            Assert.Equal(piece, await events.NextText());
        }

        // The usage was asked for by the connector alone.
        Assert.DoesNotContain("\"usage\"", await events.Next(), StringComparison.Ordinal);
        Assert.Equal("[DONE]", await events.Next());
        Assert.Null(await events.Next());
    }

    [Fact]
    public async Task streaming_many_at_once_keeps_each_apart()
    {
        const int Streams = 32;
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders();
            await gate.Pass(exchange.PeerGone);
            var name = exchange.Request["x-test-name"];
            for (var i = 0; i < 20; i++)
                await exchange.SendEvent($"{name} {i}");
            await exchange.SendEvent("[DONE]");
        });
        await using var cluster = await Cluster.Start(llm.Url);

        var answers = await Task.WhenAll(Enumerable.Range(0, Streams).Select(number => Named(cluster.Client, $"stream-{number}")));
        gate.Release(Streams);
        var received = await Task.WhenAll(answers.Select(async answer => await (await answer.Events()).Rest()));

        for (var number = 0; number < Streams; number++)
            Assert.Equal([.. Enumerable.Range(0, 20).Select(i => $"stream-{number} {i}"), "[DONE]"], received[number]);
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Theory]
    [InlineData("v1/completions", """{"model":"test-model","prompt":"Once"}""")]
    [InlineData("v1/embeddings", """{"model":"test-model","input":"Once"}""")]
    public async Task completions_and_embeddings(string path, string body)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"object":"list","data":[]}"""));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post(path, body);

        Assert.Equal((HttpStatusCode.OK, """{"object":"list","data":[]}"""), (answer.StatusCode, await answer.Text()));
        Assert.Equal(("/" + path, body), Assert.Single(llm.Requests.Select(request => (request.Path, request.BodyText))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task image_of_3_MB_arrives_whole(bool modelFirst)
    {
        var image = new string('A', 3 * 1024 * 1024);
        var messages = $$$"""[{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{image}}}"}}]}]""";
        var body = modelFirst ? $$"""{"model":"test-model","messages":{{messages}}}""" : $$"""{"messages":{{messages}},"model":"test-model"}""";
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion("A picture"));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post("v1/chat/completions", body);

        Assert.Contains("A picture", await answer.Text(), StringComparison.Ordinal);
        Assert.True(Assert.Single(llm.Requests).BodyText == body, "the image reached the LLM server changed");
    }

    [Fact]
    public async Task utf8_split_between_chunks_arrives_byte_for_byte()
    {
        var sent = "data: {\"choices\":[{\"delta\":{\"content\":\"é€日本🙂\"}}]}\n\ndata: [DONE]\n\n"u8.ToArray();
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders();
            foreach (var one in sent)
            {
                await gate.Pass(exchange.PeerGone);
                await exchange.SendChunk(new[] { one });
            }
        });
        await using var cluster = await Cluster.Start(llm.Url);

        // Who says whether it wants usage, gets every byte when it comes; otherwise an event waits for its end.
        using var answer = await cluster.Client.Post("v1/chat/completions", """{"model":"test-model","stream":true,"stream_options":{"include_usage":false},"messages":[]}""");
        var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var received = new List<byte>();
        var buffer = new byte[16];
        for (var i = 0; i < sent.Length; i++)
        {
            // One byte at a time through the whole path: every character is cut at every place.
            gate.Release();
            Assert.Equal(1, await body.ReadAsync(buffer, TestContext.Current.CancellationToken).OrHang());
            received.Add(buffer[0]);
        }

        Assert.Equal(0, await body.ReadAsync(buffer, TestContext.Current.CancellationToken).OrHang());
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task server_that_closes_although_it_promised_to_keep_fails_none_of_200_streams()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.ClosingAfter(LlmScripts.Stream("a", "b")));
        await using var cluster = await Cluster.Start(llm.Url);

        for (var number = 0; number < 200; number++)
        {
            using var answer = await cluster.Client.Chat(stream: true);
            await using var events = await answer.Events();
            Assert.Equal("[DONE]", (await events.Rest())[^1]);
        }
    }

    private static Task<HttpResponseMessage> Named(HttpClient client, string name) => client.Ask(new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
    {
        Content = new StringContent(TestClient.ChatBody(stream: true)),
        Headers = { { "x-test-name", name } },
    });
}
