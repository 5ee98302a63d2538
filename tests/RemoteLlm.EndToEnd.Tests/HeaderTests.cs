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
}
