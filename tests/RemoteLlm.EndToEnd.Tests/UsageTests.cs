using System.Net;
using System.Text;
using RemoteLlm.EndToEnd.Tests.Corpus;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>What is booked for a request: the tokens that the LLM server reports, in whatever form, else those that were delivered.</summary>
public sealed class UsageTests(MeteredFixture metered) : IClassFixture<MeteredFixture>
{
    private const string RefusalOfOptions = """{"error":{"message":"Unrecognized request argument supplied: stream_options","type":"invalid_request_error","param":null,"code":null}}""";

    [Theory]
    // OpenAI: whole, on a frame of its own with cached tokens, on the last choice, on each frame, of a completion, of a list of vectors.
    [InlineData("demo-chat", 12, 65, 0)]
    [InlineData("usage-null-stream", 14, 5, 8)]
    [InlineData("usage-on-last-choice-stream", 14, 5, 0)]
    [InlineData("usage-each-frame-stream", 14, 4, 0)]
    [InlineData("openrouter-stream", 14, 5, 0)]
    [InlineData("demo-completions", 12, 65, 0)]
    [InlineData("demo-embeddings", 4, 0, 0)]
    // llama.cpp: what its timings call processed did not come from the cache.
    [InlineData("llama-server-chat", 34, 24, 0)]
    [InlineData("llama-server-chat-stream", 34, 24, 33)]
    [InlineData("llama-server-logprobs", 29, 3, 10)]
    [InlineData("llama-server-completions-stream", 3, 12, 0)]
    // Anthropic: its input is neither what was read from the cache nor what was put into it.
    [InlineData("anthropic-messages", 14, 11, 0)]
    [InlineData("anthropic-messages-stream", 14, 11, 0)]
    [InlineData("anthropic-cache", 9 + 2048, 7, 0)]
    [InlineData("anthropic-cache-stream", 9 + 128 + 2048, 8, 2048)]
    [InlineData("anthropic-tools-stream", 412, 89, 0)]
    [InlineData("ollama-chat", 26, 10, 0)]
    [InlineData("ollama-chat-stream", 26, 10, 0)]
    [InlineData("ollama-generate-stream", 11, 10, 0)]
    [InlineData("responses", 36, 12, 16)]
    [InlineData("responses-stream", 36, 12, 16)]
    [InlineData("llama-server-rerank", 21, 0, 0)]
    [InlineData("rerank-jina", 41, 0, 0)]
    [InlineData("transcription", 28, 8, 0)]
    [InlineData("image-generation-stream", 13, 272, 0)]
    public async Task Tokens_are_booked_as_the_server_reports_them(string name, int prompt, int completion, int cached)
    {
        var booked = await metered.Ask(CorpusCassettes.Named(name));

        Assert.Equal($"{prompt},{completion},{cached}", booked.Trailer);
        Assert.EndsWith($" {prompt} {completion}", booked.LogLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error-server")]
    [InlineData("error-rate-limited")]
    [InlineData("error-llama-cpp-context")]
    [InlineData("anthropic-overloaded")]
    [InlineData("ollama-model-not-found")]
    public async Task Refusal_by_the_LLM_server_takes_nothing(string name)
    {
        var booked = await metered.Ask(CorpusCassettes.Named(name));

        Assert.EndsWith(" 0 0", booked.LogLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut-mid-stream", null, 2)]
    [InlineData("anthropic-cut", 14, 2)]
    [InlineData("responses-cut", null, 2)]
    [InlineData("ollama-chat-cut", null, 2)]
    public async Task Stream_that_the_LLM_server_breaks_off_is_booked_by_what_was_delivered(string name, int? reportedPrompt, int completion)
    {
        var booked = await metered.Ask(CorpusCassettes.Named(name));

        var tokens = booked.LogLine.Split(' ')[^2..];
        Assert.Equal($"{completion}", tokens[1]);
        AssertPrompt(reportedPrompt, tokens[0]);
        Assert.Contains(" stream_interrupted ", booked.LogLine, StringComparison.Ordinal);
        Assert.Equal($"{tokens[0]},{completion},0", booked.Trailer);
    }

    [Fact]
    public async Task Timings_of_llama_cpp_are_booked_where_there_is_no_usage()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json(
            """{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"timings":{"cache_n":30,"prompt_n":5,"prompt_ms":1.5,"predicted_n":7,"predicted_ms":2.5}}"""));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Chat();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.EndsWith(" 35 7", await LogLine(cluster, answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Short_stream_whose_length_is_announced_is_a_stream_all_the_same()
    {
        const string Lines = """
            {"model":"test-model","message":{"role":"assistant","content":"Hi"},"done":false}
            {"model":"test-model","message":{"role":"assistant","content":""},"done":true,"prompt_eval_count":26,"eval_count":10}

            """;
        await using var llm = new ScriptedLlmServer(exchange => exchange.SendRaw($"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: {Lines.Length}\r\n\r\n{Lines}"));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post("api/chat", TestClient.ChatBody(stream: true));

        Assert.Equal(Lines, await answer.Text());
        Assert.Equal("no-cache", answer.Header("Cache-Control"));
        Assert.EndsWith(" 26 10", await LogLine(cluster, answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1/chat/completions", """data: {"choices":[{"index":0,"delta":{"content":"one"},"finish_reason":null}]}""" + "\n\n", "text/event-stream")]
    [InlineData("v1/responses", """data: {"type":"response.output_text.delta","output_index":0,"delta":"one"}""" + "\n\n", "text/event-stream")]
    [InlineData("v1/messages", """data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"one"}}""" + "\n\n", "text/event-stream")]
    [InlineData("api/chat", """{"model":"test-model","message":{"role":"assistant","content":"one"},"done":false}""" + "\n", "application/x-ndjson")]
    public async Task Client_that_leaves_in_mid_stream_is_booked_what_was_delivered_and_an_estimate_of_the_prompt(string path, string frame, string contentType)
    {
        const int Delivered = 3;
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders(contentType: contentType);
            for (var i = 0; i < Delivered; i++)
                await exchange.SendChunk(frame);
            await exchange.PeerClosed;
        });
        await using var cluster = await Cluster.Start(llm.Url);

        var answer = await cluster.Client.Post(path, TestClient.ChatBody(stream: true, content: "Three words here"));
        var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[Delivered * Encoding.UTF8.GetByteCount(frame)], TestContext.Current.CancellationToken).OrHang();
        answer.Dispose();

        var line = await LogLine(cluster, answer);
        Assert.Contains(" client_gone ", line, StringComparison.Ordinal);
        Assert.Equal($"{Delivered}", line.Split(' ')[^1]);
        AssertPrompt(reported: null, line.Split(' ')[^2]);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    public async Task Server_that_refuses_to_be_asked_for_usage_is_asked_again_without_and_not_again_later(int status)
    {
        await using var llm = new ScriptedLlmServer(exchange => Asks(exchange.Request)
            ? exchange.SendJson(RefusalOfOptions, status)
            : LlmScripts.Stream("one", "two")(exchange));
        await using var cluster = await Cluster.Start(llm.Url);

        Assert.Contains("two", await AskAgain(), StringComparison.Ordinal);
        Assert.Equal([true, false], llm.Requests.Select(Asks));
        Assert.Contains("two", await AskAgain(), StringComparison.Ordinal);
        Assert.Equal([true, false, false], llm.Requests.Select(Asks));

        async Task<string> AskAgain()
        {
            using var answer = await cluster.Client.Chat(stream: true);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return await answer.Text();
        }
    }

    [Fact]
    public async Task Client_that_asks_for_usage_itself_is_told_the_refusal()
    {
        await using var llm = new ScriptedLlmServer(exchange => exchange.SendJson(RefusalOfOptions, 400));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post("v1/chat/completions", """{"model":"test-model","stream":true,"stream_options":{"include_usage":true},"messages":[]}""");

        Assert.Equal((HttpStatusCode.BadRequest, RefusalOfOptions), (answer.StatusCode, await answer.Text()));
        Assert.Single(llm.Requests);
    }

    private static bool Asks(ScriptedRequest request) => request.BodyText.Contains("stream_options", StringComparison.Ordinal);

    private static async Task<string> LogLine(Cluster cluster, HttpResponseMessage answer) =>
        (await cluster.Connector.Logs.Until("Request ", answer.Header("x-request-id"))).Message;

    // The prompts of these tests are a few words long.
    private static void AssertPrompt(int? reported, string booked)
    {
        var tokens = int.Parse(booked, System.Globalization.CultureInfo.InvariantCulture);
        if (reported is { } known)
            Assert.Equal(known, tokens);
        else
            Assert.InRange(tokens, 1, 30);
    }
}
