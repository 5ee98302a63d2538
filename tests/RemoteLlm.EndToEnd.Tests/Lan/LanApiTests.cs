using System.Net;
using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests.Lan;

/// <summary>What a connector without a broker serves on its own port.</summary>
public sealed class LanApiTests
{
    private const string Image = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";

    [Theory]
    [InlineData("v1/chat/completions", """{"model":"test-model","messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("v1/chat/completions", $$$"""{"model":"test-model","messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"{{{Image}}}"}}]}]}""")]
    [InlineData("v1/embeddings", """{"model":"test-model","input":["one","two"]}""")]
    [InlineData("v1/messages", """{"model":"test-model","max_tokens":8,"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("api/embed", """{"model":"test-model","input":"one"}""")]
    public async Task Request_reaches_the_LLM_server_as_it_is_and_so_does_its_answer(string path, string body)
    {
        const string Answer = """{"object":"whatever the server says","usage":{"prompt_tokens":7}}""";
        await using var llm = new ScriptedLlmServer(LlmScripts.Json(Answer));
        await using var lan = await LanHost.Start(llm.Url);

        using var answer = await lan.Client.Post(path, body);

        Assert.Equal((HttpStatusCode.OK, Answer), (answer.StatusCode, await answer.Text()));
        var asked = Assert.Single(llm.Requests);
        Assert.Equal(("POST", "/" + path, body), (asked.Method, asked.Path, asked.BodyText));
        await lan.Logs.Until("Request", answer.Header("x-request-id"), " kim sk-1a1a test-model 200 ");
    }

    [Fact]
    public async Task Class_is_a_clients_to_say_and_the_LLM_server_does_not_hear_of_it()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var lan = await LanHost.Start(llm.Url);
        lan.Client.DefaultRequestHeaders.Add("x-remotellm-class", "batch");
        using (var answer = await lan.Client.Chat())
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await lan.Logs.Until("Request", answer.Header("x-request-id"), " batch ");
        }

        lan.Client.DefaultRequestHeaders.Add("x-remotellm-class", "interactive");
        using var twice = await lan.Client.Chat();

        await ErrorAssert.Is(twice, 400, "invalid_request_error", "invalid_request");
        Assert.DoesNotContain(Assert.Single(llm.Requests).Headers, static header => header.Key.StartsWith("x-remotellm", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Stream_comes_piece_by_piece_with_the_headers_of_one()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var lan = await LanHost.Start(llm.Url);

        using var answer = await lan.Client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());
        gate.Release();
        Assert.Equal("two", await events.NextText());
        Assert.Equal("[DONE]", (await events.Rest())[^1]);

        Assert.Equal(("no-cache", "no"), (answer.Header("Cache-Control"), answer.Header("X-Accel-Buffering")));
        Assert.NotEmpty(answer.Header("openai-processing-ms"));
    }

    [Theory]
    [InlineData("v1/rerank")]
    [InlineData("rerank")]
    public async Task Ranking_has_its_one_form(string path)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"results":[{"index":1,"relevance_score":0.2},{"index":0,"relevance_score":0.9}]}"""));
        await using var lan = await LanHost.Start(llm.Url);

        using var answer = await lan.Client.Post(path, """{"model":"test-model","query":"q","documents":["a","b"]}""");

        var ranking = await answer.Json();
        Assert.Equal([0, 1], ranking.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("index").GetInt32()));
        Assert.Equal("list", ranking.GetProperty("object").GetString());
    }

    [Fact]
    public async Task Models_are_listed_in_each_dialect()
    {
        await using var llm = OllamaScript.Server();
        await using var lan = await LanHost.Start(llm.Url);

        var openai = await Get(lan, "v1/models");
        Assert.Equal("list", openai.GetProperty("object").GetString());
        Assert.Equal(["llama3:latest", "qwen3:8b", "test-model"], Names(openai.GetProperty("data"), "id"));
        Assert.All(openai.GetProperty("data").EnumerateArray(), model => Assert.Empty(new[] { "created", "id", "object", "owned_by" }.Except(model.EnumerateObject().Select(member => member.Name))));
        var anthropic = await Get(lan, "v1/models", ("anthropic-version", "2023-06-01"));
        Assert.Equal(("llama3:latest", false), (anthropic.GetProperty("first_id").GetString(), anthropic.GetProperty("has_more").GetBoolean()));
        Assert.Equal(["llama3:latest", "qwen3:8b", "test-model"], Names((await Get(lan, "api/tags")).GetProperty("models"), "name"));
        Assert.Equal(["qwen3:8b"], Names((await Get(lan, "api/ps")).GetProperty("models"), "name"));
        Assert.Equal(OllamaScript.Version, (await Get(lan, "api/version")).GetProperty("version").GetString());
        Assert.Equal("qwen3:8b", (await Get(lan, "v1/models/qwen3%3A8b")).GetProperty("id").GetString());
        using var head = await lan.Client.Ask(new HttpRequestMessage(HttpMethod.Head, ""));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task Unknown_model_path_and_method_are_refused_as_at_the_broker()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var lan = await LanHost.Start(llm.Url);

        using var model = await lan.Client.GetAsync("v1/models/tset-model", TestContext.Current.CancellationToken);
        var error = await ErrorAssert.Is(model, 404, "invalid_request_error", "model_not_found");
        Assert.Contains("test-model", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        await lan.Logs.Until("LAN request", model.Header("x-request-id"), " models kim sk-1a1a tset-model 404 model_not_found ");
        using var chat = await lan.Client.Chat(model: "another");
        await ErrorAssert.Is(chat, 404, "invalid_request_error", "model_not_found");
        using var path = await lan.Client.Post("v1/nothing", "{}");
        await ErrorAssert.Is(path, 404, "invalid_request_error", "endpoint_not_served");
        await lan.Logs.Until("LAN path refused", path.Header("x-request-id"), " POST /v1/nothing 404 ");
        using var method = await lan.Client.GetAsync("v1/chat/completions", TestContext.Current.CancellationToken);
        await ErrorAssert.Is(method, 405, "invalid_request_error", "method_not_allowed");
        using var warmUp = await lan.Client.GetAsync("_remotellm/warm-up", TestContext.Current.CancellationToken);
        await ErrorAssert.Is(warmUp, 404, "invalid_request_error", "endpoint_not_served");
        using var docs = await lan.Client.GetAsync("docs", TestContext.Current.CancellationToken);
        await ErrorAssert.Is(docs, 404, "invalid_request_error", "endpoint_not_served");
        Assert.Empty(llm.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_over_the_limit_is_refused_whatever_its_framing(bool chunked)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var lan = await LanHost.Start(llm.Url, change: options => options.MaxBody = 100_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(TestClient.ChatBody(content: new string('x', 2_000_000))) };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await lan.Client.Ask(request);

        await ErrorAssert.Is(answer, 413, "invalid_request_error", "request_too_large");
        Assert.Empty(llm.Requests);
    }

    [Fact]
    public async Task Headers_of_17_KB_are_refused_with_a_reason()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var lan = await LanHost.Start(llm.Url);
        lan.Client.DefaultRequestHeaders.Add("x-large", new string('x', 17 * 1024));

        using var chat = await lan.Client.Chat();
        await ErrorAssert.Is(chat, 431, "invalid_request_error", "request_headers_too_large");
        using var models = await lan.Client.GetAsync("v1/models", TestContext.Current.CancellationToken);
        await ErrorAssert.Is(models, 431, "invalid_request_error", "request_headers_too_large");
    }

    [Fact]
    public async Task Page_of_a_listed_origin_may_call_and_another_may_not()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var lan = await LanHost.Start(llm.Url, new() { Listen = ":0", Keys = LanHost.Key, CorsOrigins = "http://localhost:3000" });

        Assert.Equal("http://localhost:3000", await Leave("http://localhost:3000"));
        Assert.Empty(await Leave("https://evil.example"));
        Assert.Empty(llm.Requests);

        async Task<string> Leave(string origin)
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "v1/chat/completions");
            preflight.Headers.Add("Origin", origin);
            preflight.Headers.Add("Access-Control-Request-Method", "POST");
            using var answer = await lan.Client.Ask(preflight);
            return answer.Header("Access-Control-Allow-Origin");
        }
    }

    private static async Task<JsonElement> Get(LanHost lan, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var answer = await lan.Client.Ask(request);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
        return await answer.Json();
    }

    private static IEnumerable<string?> Names(JsonElement list, string member) => list.EnumerateArray().Select(model => model.GetProperty(member).GetString());
}
