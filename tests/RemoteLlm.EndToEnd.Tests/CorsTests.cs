using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Pages in a browser: those of listed origins may call the API, others may not, and by default none may.</summary>
public sealed class CorsTests
{
    private const string Allowed = "https://app.example.org";
    private const string Listed = $"{Allowed}, http://localhost:3000, https://*.example.com";

    [Theory]
    [InlineData(Allowed)]
    [InlineData("http://localhost:3000")]
    [InlineData("https://one.example.com")]
    [InlineData("https://one.two.example.com")]
    public async Task Preflight_of_a_listed_origin_is_answered_without_a_key(string origin)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, With(Listed));
        using var client = cluster.ClientWith(null);

        using var answer = await client.Ask(Preflight("v1/chat/completions", origin));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(origin, answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal("Origin", answer.Header("Vary"));
        Assert.Contains("POST", answer.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Equal("authorization,x-stainless-os,anthropic-version", answer.Header("Access-Control-Allow-Headers"));
        Assert.Equal("7200", answer.Header("Access-Control-Max-Age"));
        Assert.Empty(answer.Header("Access-Control-Allow-Credentials"));
        Assert.Empty(llm.Requests);
    }

    [Theory]
    [InlineData("https://evil.example.net")]
    [InlineData("http://app.example.org")]
    [InlineData("https://app.example.org:8443")]
    [InlineData("https://app.example.org.evil.example.net")]
    [InlineData("https://example.com")]
    [InlineData("https://evilexample.com")]
    [InlineData("null")]
    public async Task Other_origin_gets_no_leave_and_its_preflight_reaches_nothing(string origin)
    {
        await using var llm = new ScriptedLlmServer(exchange => exchange.SendJson("{}", 200, ("Access-Control-Allow-Origin", "*")));
        await using var cluster = await Cluster.Start(llm.Url, With(Listed));

        using var preflight = await cluster.Client.Ask(Preflight("v1/chat/completions", origin));
        AssertNoLeave(preflight);
        Assert.Empty(llm.Requests);
        using var answer = await cluster.Client.Ask(From(origin, HttpMethod.Post, "v1/chat/completions", TestClient.ChatBody()));
        AssertNoLeave(answer);
    }

    [Fact]
    public async Task Answers_to_a_listed_origin_may_be_read_errors_among_them()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Broker = broker => broker.CorsOrigins = Listed, Users = TestUsers.Limited(1, 1) });
        using var stranger = cluster.ClientWith(TestUsers.UnknownKey);

        (HttpClient, HttpMethod, string, string?, int)[] asked =
        [
            (cluster.Client, HttpMethod.Post, "v1/chat/completions", TestClient.ChatBody(), 200),
            (cluster.Client, HttpMethod.Post, "v1/chat/completions", TestClient.ChatBody(), 429),
            (cluster.Client, HttpMethod.Post, "v1/chat/completions", TestClient.ChatBody(model: "nobody-has-it"), 404),
            (stranger, HttpMethod.Post, "v1/messages", TestClient.ChatBody(), 401),
            (cluster.Client, HttpMethod.Get, "v1/models", null, 200),
            (cluster.Client, HttpMethod.Get, "v1/nothing", null, 404),
            (stranger, HttpMethod.Get, "openapi.json", null, 200),
        ];
        foreach (var (client, method, path, body, status) in asked)
        {
            using var answer = await client.Ask(From(Allowed, method, path, body));

            Assert.Equal((status, path), ((int)answer.StatusCode, path));
            Assert.Equal(Allowed, answer.Header("Access-Control-Allow-Origin"));
            Assert.Contains("Origin", answer.Header("Vary"), StringComparison.Ordinal);
            var exposed = answer.Header("Access-Control-Expose-Headers").Split(',', StringSplitOptions.TrimEntries);
            Assert.Superset(
                new HashSet<string>(["x-request-id", "request-id", "retry-after", "retry-after-ms", "x-ratelimit-remaining-requests", "anthropic-ratelimit-tokens-reset", "openai-processing-ms"]),
                exposed.ToHashSet());
        }
    }

    [Fact]
    public async Task Asterisk_lets_every_origin_in_and_a_key_is_asked_for_all_the_same()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, With("*"));
        using var nobody = cluster.ClientWith(null);

        using var answer = await nobody.Ask(From("https://anywhere.example.net", HttpMethod.Post, "v1/chat/completions", TestClient.ChatBody()));

        await ErrorAssert.Is(answer, 401, "invalid_request_error", "invalid_api_key");
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
        Assert.Empty(answer.Header("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("_remotellm/control")]
    [InlineData("_remotellm/channel")]
    [InlineData("_RemoteLlm/channel")]
    public async Task Paths_of_connectors_are_for_no_page(string path)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Broker = broker => broker.CorsOrigins = "*", WithoutConnector = true });

        using var preflight = await cluster.Client.Ask(Preflight(path, Allowed));
        using var answer = await cluster.Client.Ask(From(Allowed, HttpMethod.Get, path, null));

        Assert.All([preflight, answer], refused => Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode));
        Assert.All([preflight, answer], AssertNoLeave);
    }

    [Fact]
    public async Task Without_the_setting_a_preflight_is_refused_like_any_other_method()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);

        using var served = await cluster.Client.Ask(Preflight("v1/chat/completions", Allowed));
        await ErrorAssert.Is(served, 405, "invalid_request_error", "method_not_allowed");
        using var nothing = await cluster.Client.Ask(Preflight("v1/nothing", Allowed));
        await ErrorAssert.Is(nothing, 404, "invalid_request_error", "endpoint_not_served");
        using var answer = await cluster.Client.Ask(From(Allowed, HttpMethod.Post, "v1/chat/completions", TestClient.ChatBody()));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.All([served, nothing, answer], AssertNoLeave);
    }

    [Fact]
    public async Task Without_authentication_a_listed_origin_of_another_machine_stays_out()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Broker = broker => (broker.NoAuth, broker.CorsOrigins) = (true, Listed),
            Users = "users:\n",
        });

        using var remote = await cluster.Client.Ask(From(Allowed, HttpMethod.Post, "v1/chat/completions", TestClient.ChatBody()));
        using var local = await cluster.Client.Ask(From("http://localhost:3000", HttpMethod.Post, "v1/chat/completions", TestClient.ChatBody()));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (remote.StatusCode, local.StatusCode));
    }

    private static ClusterOptions With(string origins) => new() { Broker = broker => broker.CorsOrigins = origins };

    private static HttpRequestMessage Preflight(string path, string origin)
    {
        var request = From(origin, HttpMethod.Options, path, null);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,x-stainless-os,anthropic-version");
        return request;
    }

    private static HttpRequestMessage From(string origin, HttpMethod method, string path, string? body)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        request.Headers.Add("Origin", origin);
        return request;
    }

    private static void AssertNoLeave(HttpResponseMessage answer) =>
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
}
