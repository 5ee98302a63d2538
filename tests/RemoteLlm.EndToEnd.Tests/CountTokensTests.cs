using System.Net;
using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary><c>count_tokens</c>: the server's own figure where it has one, else an estimate that says it is one.</summary>
public sealed class CountTokensTests
{
    private const string Path = "v1/messages/count_tokens";
    private const string Estimated = "x-remotellm-estimated";

    [Fact]
    public async Task Server_that_can_count_answers_itself()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"input_tokens": 2095}"""));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post(Path, Body("Hello"));

        Assert.Equal((HttpStatusCode.OK, """{"input_tokens": 2095}""", ""), (answer.StatusCode, await answer.Text(), answer.Header(Estimated)));
        Assert.Equal(("/" + Path, Body("Hello")), Assert.Single(llm.Requests.Select(request => (request.Path, request.BodyText))));
    }

    [Theory]
    [InlineData(404, """{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}""")]
    [InlineData(404, """{"detail":"Not Found"}""")]
    [InlineData(404, "404 page not found")]
    [InlineData(404, "")]
    [InlineData(405, """{"detail":"Method Not Allowed"}""")]
    [InlineData(200, """{"error":"Unexpected endpoint or method. (POST /v1/messages/count_tokens)"}""")]
    public async Task Where_the_server_cannot_count_there_is_an_estimate(int status, string said)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json(said, status));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post(Path, Body("The quick brown fox jumps over the lazy dog."));

        Assert.Equal((HttpStatusCode.OK, "true"), (answer.StatusCode, answer.Header(Estimated)));
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(answer.Header("request-id"));
        // Ten words and a few tokens around them.
        Assert.InRange(await Count(answer), 10, 30);
    }

    [Fact]
    public async Task Estimate_of_a_long_prompt_is_near_what_it_takes()
    {
        const int Words = 400_000;
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"detail":"Not Found"}""", 404));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post(Path, Body(string.Concat(Enumerable.Repeat("house ", Words))));

        Assert.InRange(await Count(answer), Words * 7 / 10, Words * 15 / 10);
    }

    [Theory]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"messages: Field required"},"request_id":"req_1"}""")]
    [InlineData(404, """{"type":"error","error":{"type":"not_found_error","message":"model: test-model"},"request_id":"req_1"}""")]
    [InlineData(429, """{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"},"request_id":"req_1"}""")]
    public async Task Error_of_a_server_that_can_count_is_passed_on(int status, string said)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json(said, status));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post(Path, Body("Hello"));

        Assert.Equal((status, said, ""), ((int)answer.StatusCode, await answer.Text(), answer.Header(Estimated)));
    }

    [Fact]
    public async Task Server_that_does_not_answer_is_no_reason_to_estimate()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("{}"));
        await using var cluster = await Cluster.Start(llm.Url);
        llm.Refuse();
        llm.CutAll();

        using var answer = await cluster.Client.Post(Path, Body("Hello"));

        Assert.Equal((HttpStatusCode.BadGateway, ""), (answer.StatusCode, answer.Header(Estimated)));
        Assert.Equal("api_error", (await answer.Json()).GetProperty("error").GetProperty("type").GetString());
    }

    private static string Body(string content) => $$"""{"model":"test-model","system":"Be brief.","messages":[{"role":"user","content":"{{content}}"}]}""";

    private static async Task<long> Count(HttpResponseMessage answer)
    {
        var body = await answer.Json();
        Assert.Equal(["estimated", "input_tokens"], body.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(JsonValueKind.True, body.GetProperty("estimated").ValueKind);
        return body.GetProperty("input_tokens").GetInt64();
    }
}
