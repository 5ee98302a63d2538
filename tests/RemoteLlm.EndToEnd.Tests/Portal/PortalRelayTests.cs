using System.Net;
using System.Text;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>The chat endpoint of the portal's own pages: a login and a form token in the place of a key, and everything else as for everybody.</summary>
public sealed class PortalRelayTests
{
    private const string Path = "/chat/completions";

    [Fact]
    public async Task Who_is_logged_in_chats_without_a_key_and_the_server_sees_nothing_of_the_login()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "Hel", "lo"));
        await using var cluster = await Cluster.Start(llm.Url, Options());
        using var browser = await PortalClient.LoggedIn(cluster, "alice");

        using var answer = await Ask(browser, await browser.Token(), TestClient.ChatBody(stream: true));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var events = await answer.Events();
        var request = (await llm.NextExchange()).Request;
        gate.Release();
        Assert.Contains("Hel", await events.Next(), StringComparison.Ordinal);
        gate.Release();
        Assert.Equal("[DONE]", (await events.Rest())[^1]);

        Assert.Equal("/v1/chat/completions", request.Path);
        foreach (var header in new[] { "cookie", "authorization", "x-form-token", "origin" })
            Assert.Equal("", request[header]);
        var line = await cluster.BrokerLogs.Until("alice portal test-model home 200");
        Assert.DoesNotContain("stream_interrupted", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_the_page_is_asked_for_as_a_header_alone()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, Options());
        using var browser = await PortalClient.LoggedIn(cluster, "alice");
        using var other = await PortalClient.LoggedIn(cluster, "bob");
        var token = await browser.Token();

        foreach (var wrong in new[] { null, "nonsense", await other.Token() })
        {
            using var refused = await Ask(browser, wrong, TestClient.ChatBody());
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        using (var form = await browser.PostWithout(Path, ("form_token", token), ("model", "test-model")))
            Assert.Equal(HttpStatusCode.BadRequest, form.StatusCode);
        using (var nobody = new PortalClient(cluster))
        using (var refused = await Ask(nobody, await nobody.Token(), TestClient.ChatBody()))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Empty(llm.Requests);
        using var answer = await Ask(browser, token, TestClient.ChatBody());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_limits_of_the_user_are_those_of_his_keys()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", "secret"] };
        await using var cluster = await Cluster.Start(llm.Url, Options(TestUsers.Limited(1, 1) + "    models: [\"test-*\"]\n"));
        using var browser = await PortalClient.LoggedIn(cluster, "alice");
        var token = await browser.Token();

        using (var refused = await Ask(browser, token, TestClient.ChatBody(model: "secret")))
            await ErrorAssert.Is(refused, 403, "permission_error", "model_not_allowed");
        using (var first = await Ask(browser, token, TestClient.ChatBody()))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using (var second = await Ask(browser, token, TestClient.ChatBody()))
            await ErrorAssert.Is(second, 429, "rate_limit_error", "rate_limit_exceeded");
        using var byKey = await cluster.Client.Chat();
        await ErrorAssert.Is(byKey, 429, "rate_limit_error", "rate_limit_exceeded");
    }

    [Fact]
    public async Task Who_is_blocked_while_an_answer_streams_is_told_so_and_asks_no_more()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url, Options());
        using var browser = await PortalClient.LoggedIn(cluster, "alice");
        var token = await browser.Token();
        using var running = await Ask(browser, token, TestClient.ChatBody(stream: true));
        await using var events = await running.Events();
        gate.Release();
        Assert.Contains("one", await events.Next(), StringComparison.Ordinal);

        await cluster.ChangeUsers(TestUsers.Unlimited + "    blocked: true\n");

        Assert.Contains("key_blocked", await events.Next(), StringComparison.Ordinal);
        using var refused = await Ask(browser, token, TestClient.ChatBody());
        Assert.NotEqual(HttpStatusCode.OK, refused.StatusCode);
        Assert.Single(llm.Requests);
    }

    [Fact]
    public async Task A_client_whose_base_URL_lacks_v1_is_told_what_it_is_told_without_a_portal()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, Options());

        using var refused = await cluster.Client.Post("chat/completions", TestClient.ChatBody());

        var error = await ErrorAssert.Is(refused, 404, "invalid_request_error", "endpoint_not_served");
        Assert.Contains(Path, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static ClusterOptions Options(string? users = null) => new() { Users = users, Broker = options => options.Portal.DevLogin = true };

    private static Task<HttpResponseMessage> Ask(PortalClient browser, string? token, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return token is null ? browser.Send(request) : browser.Send(request, ("X-Form-Token", token), ("Origin", "http://elsewhere.example"));
    }
}
