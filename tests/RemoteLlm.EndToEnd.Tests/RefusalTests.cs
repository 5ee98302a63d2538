using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Requests that the edge refuses: each gets a clear answer, and nothing of it reaches an LLM server.</summary>
public sealed class RefusalTests
{
    private const string BobKey = "sk-b0b00000000000000000000000000002";

    [Theory]
    [InlineData(null)]
    [InlineData(TestUsers.UnknownKey)]
    [InlineData("sk-short")]
    [InlineData("not a key")]
    public async Task auth_rejection_of_a_missing_or_wrong_key(string? key)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        using var client = cluster.ClientWith(null);
        if (key is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {key}");

        using var chat = await client.Chat();
        await ErrorAssert.Is(chat, 401, "invalid_request_error", "invalid_api_key");
        Assert.Equal("Bearer", chat.Header("WWW-Authenticate"));
        using var models = await client.GetAsync("v1/models", TestContext.Current.CancellationToken);
        await ErrorAssert.Is(models, 401, "invalid_request_error", "invalid_api_key");
        Assert.Empty(llm.Requests);
    }

    [Theory]
    [InlineData("x-api-key")]
    [InlineData("api-key")]
    public async Task Keys_in_the_other_usual_headers_are_taken(string header)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        using var client = cluster.ClientWith(null);
        client.DefaultRequestHeaders.Add(header, TestUsers.AliceKey);

        using var answer = await client.Chat();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain(Assert.Single(llm.Requests).Headers.Values, value => value.Contains(TestUsers.AliceKey, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("blocked: true", "key_blocked")]
    [InlineData("status: pending", "key_blocked")]
    [InlineData("models: [\"other*\"]", "model_not_allowed")]
    public async Task Known_key_that_may_not_is_refused_with_the_reason(string field, string code)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Users = TestUsers.Unlimited + TestUsers.Also("bob", BobKey, field) });
        using var client = cluster.ClientWith(BobKey);

        using var answer = await client.Chat();

        await ErrorAssert.Is(answer, 403, "permission_error", code);
        Assert.Empty(llm.Requests);
    }

    [Fact]
    public async Task Unknown_model_is_refused_and_the_near_miss_named()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Chat(model: "test-modle");

        var error = await ErrorAssert.Is(answer, 404, "invalid_request_error", "model_not_found");
        Assert.Contains("test-model", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("model", error.GetProperty("param").GetString());
    }

    [Theory]
    [InlineData("{\"model\":\"test-model\",", "invalid_json")]
    [InlineData("model=test-model", "invalid_json")]
    [InlineData("", "invalid_json")]
    [InlineData("{\"model\":\"test-model\"} and more", "invalid_json")]
    [InlineData("{\"messages\":[]}", "missing_model")]
    public async Task Malformed_body_is_refused(string body, string code)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post("v1/chat/completions", body);

        await ErrorAssert.Is(answer, 400, "invalid_request_error", code);
        Assert.Empty(llm.Requests);
    }

    [Theory]
    [InlineData(true, 200_000, 199_000)]
    [InlineData(false, 200_000, 199_000)]
    // Streams into the tunnel before the limit is reached.
    [InlineData(true, 2_000_000, 1_999_000)]
    // Far more than fits into the sockets between: the client must get its answer all the same.
    [InlineData(false, 20_000_000, 100_000)]
    public async Task Body_over_the_limit_is_refused_whatever_its_framing(bool chunked, int size, int limit)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Broker = broker => broker.MaxBody = limit });
        var body = $$"""{"model":"test-model","messages":[{"role":"user","content":"{{new string('x', size)}}"}]}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await cluster.Client.Ask(request);

        await ErrorAssert.Is(answer, 413, "invalid_request_error", "request_too_large");
        Assert.Empty(llm.Requests);
        using var next = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Body_for_which_there_is_no_room_is_not_the_clients_fault()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Broker = broker => broker.MaxSpool = 50_000 });
        // The model comes last: all of it has to be held.
        using var answer = await cluster.Client.Post("v1/chat/completions", $$"""{"messages":[{"role":"user","content":"{{new string('x', 400_000)}}"}],"model":"test-model"}""");

        await ErrorAssert.Is(answer, 503, "server_error", "body_storage_full");
        Assert.NotEmpty(answer.Header("retry-after"));
        Assert.Equal(LogLevel.Warning, (await cluster.BrokerLogs.Until("Request", "body_storage_full", "BodySpoolException")).Level);
        Assert.Empty(llm.Requests);
        using var next = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Headers_of_17_KB_are_refused_with_a_reason()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(TestClient.ChatBody()) };
        request.Headers.Add("x-large", new string('x', 17 * 1024));

        using var answer = await cluster.Client.Ask(request);

        await ErrorAssert.Is(answer, 431, "invalid_request_error", "request_headers_too_large");
        Assert.Empty(llm.Requests);
    }

    [Theory]
    [InlineData("POST", "v1/nothing", 404, "endpoint_not_served")]
    [InlineData("POST", "chat/completions", 404, "endpoint_not_served")]
    [InlineData("POST", "v1/images/edits", 404, "endpoint_not_served")]
    [InlineData("POST", "v1/chat/completions/", 404, "endpoint_not_served")]
    [InlineData("GET", "v1/chat/completions", 405, "method_not_allowed")]
    [InlineData("DELETE", "v1/models", 405, "method_not_allowed")]
    public async Task Wrong_path_or_method_is_refused(string method, string path, int status, string code)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
            request.Content = new StringContent(TestClient.ChatBody());

        using var answer = await cluster.Client.Ask(request);

        await ErrorAssert.Is(answer, status, "invalid_request_error", code);
        Assert.Equal(status == 405, answer.Header("Allow").Length > 0);
        Assert.NotEmpty(answer.Header("openai-processing-ms"));
        await cluster.BrokerLogs.Until("Path refused", answer.Header("x-request-id"), $" {method} /{path} {status} {code} ");
        Assert.Empty(llm.Requests);
    }

    [Fact]
    public async Task Key_that_somebody_put_into_the_path_is_not_logged()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.GetAsync($"v1/{TestUsers.AliceKey}/models", TestContext.Current.CancellationToken);

        await ErrorAssert.Is(answer, 404, "invalid_request_error", "endpoint_not_served");
        await cluster.BrokerLogs.Until("Path refused", " GET /v1/… 404 ");
    }

    [Fact]
    public async Task Address_that_tries_keys_is_slowed_down_and_a_good_key_from_there_passes()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        using var guesser = cluster.ClientWith(TestUsers.UnknownKey);
        HttpResponseMessage answer;
        do
            answer = await guesser.Chat();
        while (answer.StatusCode == HttpStatusCode.Unauthorized);

        await ErrorAssert.Is(answer, 429, "rate_limit_error", "too_many_failed_keys");
        Assert.NotEmpty(answer.Header("retry-after"));
        using var good = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task Without_authentication_everybody_is_served()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Broker = broker => broker.NoAuth = true, Users = "users:\n" });

        using var answer = await cluster.Client.Chat();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Early_refusal_of_a_stalled_upload_leaves_other_streams_alone(bool refusedByTheConnector)
    {
        // One channel, so that both requests share an HTTP/2 connection.
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Broker = broker => broker.Connectors.ChannelsPerSession = 1,
            Users = TestUsers.Unlimited + TestUsers.Also("bob", BobKey, "limits: { requests_per_minute: 1, burst: 1 }"),
        });
        using (var bob = cluster.ClientWith(BobKey))
        using (var last = await bob.Chat(model: "test-model", stream: true))
        {
            gate.Release(2);
            await (await last.Events()).Rest();
        }

        using var running = await cluster.Client.Chat(stream: true);
        await using var events = await running.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());

        using var upload = await RawConnection.Open(cluster.Url);
        await upload.SendHead($"Authorization: Bearer {(refusedByTheConnector ? BobKey : TestUsers.UnknownKey)}", "Content-Length: 1000000");
        // Enough for the model to be known and the request to be on its way; then silence.
        await upload.Send($$"""{"model":"test-model","messages":[{"role":"user","content":"{{new string('x', 100_000)}}""");
        Assert.StartsWith($"HTTP/1.1 {(refusedByTheConnector ? 429 : 401)} ", await upload.ReadUntil("\"code\""), StringComparison.Ordinal);

        // The edge waits some seconds for the rest, then closes: until then and after it, the stream beside it runs on.
        await upload.ReadToEnd();
        gate.Release();
        Assert.Equal("two", await events.NextText());
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
    }
}
