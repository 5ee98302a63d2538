using System.Text;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.EndToEnd.Tests.Errors;

/// <summary>How the LLM server fails, in each dialect: its own errors as they are, foreign ones in the client's language.</summary>
public sealed class ServerFailureTests
{
    private const string Json = "application/json";

    public static TheoryData<Dialect, int, string, string, int, string> Foreign
    {
        get
        {
            (int Status, string Type, string Body, int Told, string Code)[] answers =
            [
                // vLLM, old and new; llama.cpp.
                (400, Json, """{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 4612 tokens.","type":"BadRequestError","param":null,"code":400}""", 400, "context_length_exceeded"),
                (400, Json, """{"error":{"message":"This model's maximum context length is 4096 tokens. However, you requested 4612 tokens.","type":"BadRequestError","param":null,"code":400}}""", 400, "context_length_exceeded"),
                (400, Json, """{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":14429,"n_ctx":8192}}""", 400, "context_length_exceeded"),
                // llama.cpp, FastAPI, gin, llama.cpp without what it takes.
                (404, Json, """{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}""", 404, "endpoint_not_served"),
                (405, Json, """{"detail":"Method Not Allowed"}""", 404, "endpoint_not_served"),
                (404, "text/plain", "404 page not found", 404, "endpoint_not_served"),
                (501, Json, """{"error":{"code":501,"message":"This server does not support chat. Start it with `--jinja`","type":"not_supported_error"}}""", 404, "endpoint_not_served"),
                // llama.cpp and Hugging Face.
                (503, Json, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", 503, "model_loading"),
                (503, Json, """{"error":"Model test-model is currently loading","estimated_time":20.0}""", 503, "model_loading"),
                // No JSON at all.
                (500, "text/plain", "Internal Server Error", 502, "upstream_error"),
                (502, "text/html", "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>", 502, "upstream_error"),
                (400, "text/plain", "temperature is too hot", 400, "upstream_error"),
            ];
            var data = new TheoryData<Dialect, int, string, string, int, string>();
            foreach (var dialect in Enum.GetValues<Dialect>())
            {
                foreach (var (status, type, body, told, code) in answers)
                    data.Add(dialect, status, type, body, told, code);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task Foreign_failure_is_told_in_the_clients_language(Dialect dialect, int status, string type, string body, int told, string code)
    {
        await using var llm = new ScriptedLlmServer(Whole(status, type, body));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.ChatIn(dialect);

        var message = await DialectChat.AssertIs(answer, dialect, told, code);
        Assert.DoesNotContain("<", message, StringComparison.Ordinal);
        Assert.DoesNotContain(llm.Url.Authority, message, StringComparison.Ordinal);
        if (code == "context_length_exceeded")
            Assert.StartsWith("prompt is too long", message, StringComparison.Ordinal);
        if (body.Contains("estimated_time", StringComparison.Ordinal))
            Assert.Equal("20000", answer.Header("retry-after-ms"));
    }

    [Theory]
    [InlineData(500, """{"type":"error","error":{"type":"api_error","message":"system message must be at the beginning"}}""")]
    [InlineData(400, """{"error":{"message":"Input should be 'user' or 'assistant'","type":"Bad Request","param":null,"code":400}}""")]
    public async Task A_system_message_in_the_wrong_place_is_told_in_words_on_which_Claude_Code_does_without(int status, string body)
    {
        await using var llm = new ScriptedLlmServer(Whole(status, Json, body));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.ChatIn(Dialect.Anthropic);

        var message = await DialectChat.AssertIs(answer, Dialect.Anthropic, 400, "misplaced_system_message");
        Assert.Contains("Unexpected role", message, StringComparison.Ordinal);
        Assert.Contains("input message role", message, StringComparison.Ordinal);
        Assert.Single(llm.Requests);
    }

    [Theory]
    [InlineData(Dialect.OpenAi, 400, """{"error":{"message":"größe ⚡ must not be","type":"invalid_request_error","param":"x","code":"invalid_value"}}""")]
    [InlineData(Dialect.OpenAi, 409, """{"error": {"message": "no", "type": "x", "param": null, "code": null, "more": [1, 2]}}""")]
    [InlineData(Dialect.OpenAi, 404, """{"error":{"message":"The model `a` does not exist","type":"NotFoundError","param":null,"code":404}}""")]
    [InlineData(Dialect.OpenAi, 422, """{"detail":[{"loc":["body","messages"],"msg":"field required","type":"value_error.missing"}]}""")]
    [InlineData(Dialect.OpenAi, 429, """{"error":{"message":"slow down","type":"tokens","param":null,"code":"rate_limit_exceeded"}}""")]
    [InlineData(Dialect.OpenAi, 500, """{"error":{"message":"boom","type":"server_error","param":null,"code":null}}""")]
    [InlineData(Dialect.Anthropic, 400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 212478 tokens > 200000 maximum"},"request_id":"req_1"}""")]
    [InlineData(Dialect.Anthropic, 529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""")]
    [InlineData(Dialect.Ollama, 404, """{"error":"model 'a' not found"}""")]
    [InlineData(Dialect.Ollama, 500, """{"error":"llama runner process has terminated: signal: killed"}""")]
    public async Task Servers_own_error_passes_byte_for_byte(Dialect dialect, int status, string body)
    {
        await using var llm = new ScriptedLlmServer(exchange => exchange.SendJson(body, status, ("Retry-After", "7")));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.ChatIn(dialect);

        Assert.Equal((status, "7"), ((int)answer.StatusCode, answer.Header("retry-after")));
        Assert.Equal(Encoding.UTF8.GetBytes(body), await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken).OrHang());
        Assert.NotEmpty(answer.Header("x-request-id"));
    }

    [Theory]
    [InlineData(Dialect.Anthropic)]
    [InlineData(Dialect.Ollama)]
    public async Task Rude_server_is_told_in_the_clients_language(Dialect dialect)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Garbage());
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.ChatIn(dialect);

        await DialectChat.AssertIs(answer, dialect, 502, "upstream_error");
    }

    [Theory]
    [InlineData(Dialect.Anthropic)]
    [InlineData(Dialect.Ollama)]
    public async Task Silent_server_is_told_in_the_clients_language(Dialect dialect)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Hang());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Llm = server => server.FirstByteTimeout = TimeSpan.FromMilliseconds(100) });

        using var answer = await cluster.Client.ChatIn(dialect);

        Assert.Contains("0.1 s", await DialectChat.AssertIs(answer, dialect, 504, "upstream_timeout"), StringComparison.Ordinal);
    }

    private static LlmScript Whole(int status, string type, string body) => exchange =>
        exchange.SendRaw($"HTTP/1.1 {status} Scripted\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
}
