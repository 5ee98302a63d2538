using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Which headers cross, which stay outside, and which are ours.</summary>
public sealed class HeaderTests
{
    [Fact]
    public async Task Credentials_and_traces_of_the_client_never_reach_the_LLM_server()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Llm = server => server.ApiKey = "key-of-the-llm-server" });
        string[] outside =
        [
            "x-api-key", "api-key", "Cookie", "x-remotellm-credential", "x-remotellm-billing-id", "x-remotellm-anything", "x-forwarded-for", "x-forwarded-host",
            "x-forwarded-proto", "Forwarded", "x-real-ip", "Via", "Origin", "Referer", "Proxy-Authorization", "x-named-by-connection",
        ];
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(TestClient.ChatBody()) };
        foreach (var name in outside)
            request.Headers.TryAddWithoutValidation(name, "mark-of-the-client");
        request.Headers.Connection.Add("x-named-by-connection");
        request.Headers.Add("x-harmless", "stays");
        request.Headers.Add("anthropic-beta", "stays");

        using var answer = await cluster.Client.Ask(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var seen = Assert.Single(llm.Requests).Headers;
        Assert.Equal("Bearer key-of-the-llm-server", seen["Authorization"]);
        Assert.DoesNotContain(seen, header => header.Value.Contains("mark-of-the-client", StringComparison.Ordinal) || header.Value.Contains(TestUsers.AliceKey, StringComparison.Ordinal));
        Assert.DoesNotContain(seen.Keys, name => name.StartsWith("x-remotellm-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("x-forwarded-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(("stays", "stays"), (seen["x-harmless"], seen["anthropic-beta"]));
    }

    [Fact]
    public async Task Without_a_key_of_its_own_the_LLM_server_gets_no_authorization()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Chat();

        Assert.DoesNotContain("Authorization", Assert.Single(llm.Requests).Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("my-request-1", true)]
    [InlineData("has blank", false)]
    [InlineData(null, false)]
    public async Task Request_id_of_the_client_is_kept_where_it_is_fit(string? id, bool kept)
    {
        await using var llm = new ScriptedLlmServer(exchange => exchange.SendJson("{}", 200, ("x-request-id", "of-the-llm-server")));
        await using var cluster = await Cluster.Start(llm.Url);
        foreach (var path in new[] { "v1/chat/completions", "v1/nothing" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(TestClient.ChatBody()) };
            if (id is not null)
                request.Headers.TryAddWithoutValidation("x-request-id", id);

            using var answer = await cluster.Client.Ask(request);

            if (kept)
                Assert.Equal(id, answer.Header("x-request-id"));
            else
                Assert.Matches("^req_[0-9a-f]{32}$", answer.Header("x-request-id"));
        }

        // Found again in both logs, which is what it is for.
        if (kept)
        {
            await cluster.BrokerLogs.Until("Request", id!);
            await cluster.Connector.Logs.Until("Request", id!);
        }
    }

    [Fact]
    public async Task Request_id_of_129_characters_is_replaced()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(TestClient.ChatBody()) };
        request.Headers.Add("x-request-id", new string('a', 129));

        using var answer = await cluster.Client.Ask(request);

        Assert.StartsWith("req_", answer.Header("x-request-id"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1/chat/completions", "request-id", false)]
    [InlineData("v1/messages", "request-id", true)]
    [InlineData("v1/messages/count_tokens", "request-id", true)]
    [InlineData("api/chat", "request-id", false)]
    public async Task Anthropics_clients_find_the_request_id_where_they_look_for_it(string path, string header, bool there)
    {
        await using var llm = new ScriptedLlmServer(exchange => exchange.SendJson("""{"input_tokens":1}""", 200, ("request-id", "of-the-llm-server")));
        await using var cluster = await Cluster.Start(llm.Url);

        // One that is relayed, one that the connector refuses, one that the broker does.
        foreach (var body in new[] { TestClient.ChatBody(), TestClient.ChatBody(model: "tset-model"), "{" })
        {
            using var answer = await cluster.Client.Post(path, body);

            Assert.Equal(there ? answer.Header("x-request-id") : "", answer.Header(header));
            Assert.StartsWith("req_", answer.Header("x-request-id"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Trace_context_is_passed_on_unchanged()
    {
        const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        const string State = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(TestClient.ChatBody()) };
        request.Headers.TryAddWithoutValidation("traceparent", Parent);
        request.Headers.TryAddWithoutValidation("tracestate", State);

        using var answer = await cluster.Client.Ask(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var seen = Assert.Single(llm.Requests);
        Assert.Equal((Parent, State), (seen["traceparent"], seen["tracestate"]));
    }

    [Theory]
    [InlineData("v1/chat/completions", false)]
    [InlineData("v1/messages", true)]
    [InlineData("api/chat", false)]
    public async Task Limits_are_told_on_success_and_on_refusal_in_the_dialects_headers(string path, bool anthropic)
    {
        var time = new ManualTime();
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"usage":{"input_tokens":1,"output_tokens":1}}"""));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Users = TestUsers.Limited(requestsPerMinute: 60, burst: 1), ConnectorTime = time });

        foreach (var status in new[] { HttpStatusCode.OK, HttpStatusCode.TooManyRequests })
        {
            using var answer = await cluster.Client.Post(path, TestClient.ChatBody());

            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(
                ("60", "0", "1s"),
                (answer.Header("x-ratelimit-limit-requests"), answer.Header("x-ratelimit-remaining-requests"), answer.Header("x-ratelimit-reset-requests")));
            Assert.Equal(
                anthropic ? ("60", "0", "2025-11-30T10:00:01Z") : ("", "", ""),
                (answer.Header("anthropic-ratelimit-requests-limit"), answer.Header("anthropic-ratelimit-requests-remaining"), answer.Header("anthropic-ratelimit-requests-reset")));
            Assert.Equal(status == HttpStatusCode.OK ? "" : "1", answer.Header("retry-after"));
        }
    }

    [Fact]
    public async Task Anthropics_clients_get_the_models_in_their_form()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["other", "test-model"] };
        await using var cluster = await Cluster.Start(llm.Url);
        using var asking = new HttpRequestMessage(HttpMethod.Get, "v1/models");
        asking.Headers.Add("anthropic-version", "2023-06-01");

        using var answer = await cluster.Client.Ask(asking);

        var list = await answer.Json();
        Assert.Equal((false, "other", "test-model"), (list.GetProperty("has_more").GetBoolean(), list.GetProperty("first_id").GetString(), list.GetProperty("last_id").GetString()));
        Assert.Equal(["other", "test-model"], list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("display_name").GetString()));
        Assert.All(list.GetProperty("data").EnumerateArray(), model =>
        {
            Assert.Equal("model", model.GetProperty("type").GetString());
            Assert.True(model.GetProperty("created_at").TryGetDateTimeOffset(out _));
        });
        Assert.Equal(answer.Header("x-request-id"), answer.Header("request-id"));
    }

    [Fact]
    public async Task Anthropics_clients_are_told_in_their_form_that_there_is_no_such_model()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        using var asking = new HttpRequestMessage(HttpMethod.Get, "v1/models/tset-model");
        asking.Headers.Add("anthropic-version", "2023-06-01");

        using var answer = await cluster.Client.Ask(asking);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var error = await answer.Json();
        Assert.Equal(("error", "not_found_error"), (error.GetProperty("type").GetString(), error.GetProperty("error").GetProperty("type").GetString()));
    }
}
