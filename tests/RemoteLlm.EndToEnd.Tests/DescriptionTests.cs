using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>What the broker says of itself at <c>/openapi.json</c> and <c>/docs</c>, and that it is true.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public async Task Every_path_of_the_document_is_really_served()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true });
        var document = await Document(cluster.ClientWith(null));
        var refused = new List<string>();

        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                using var request = new HttpRequestMessage(new HttpMethod(operation.Name.ToUpperInvariant()), path.Name.Replace("{id}", "test-model", StringComparison.Ordinal).TrimStart('/'));
                if (operation.Value.TryGetProperty("requestBody", out _))
                    request.Content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));

                using var answer = await cluster.Client.Ask(request);

                var text = await answer.Text();
                if (answer.StatusCode is HttpStatusCode.MethodNotAllowed || (answer.StatusCode is HttpStatusCode.NotFound && text.Contains("is not served here. OpenAI clients want", StringComparison.Ordinal)))
                    refused.Add($"{request.Method} {path.Name}: {text}");
            }
        }

        Assert.Empty(refused);
    }

    [Fact]
    public async Task Both_forms_are_given_without_a_key_and_only_once()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true });
        using var client = cluster.ClientWith(null);
        foreach (var (path, type) in new[] { ("openapi.json", "application/json"), ("docs", "text/html") })
        {
            using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);

            Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.Equal("no-cache, private", answer.Header("Cache-Control"));
            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
            using var unchanged = await client.Ask(again);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
            Assert.Empty(await unchanged.Text());
            using var wrong = await client.Post(path, "{}");
            await ErrorAssert.Is(wrong, 405, "invalid_request_error", "method_not_allowed");
        }
    }

    [Theory]
    [InlineData("llm.example.org", "https", "https://llm.example.org")]
    [InlineData("llm.example.org:8443", "https", "https://llm.example.org:8443")]
    [InlineData("llm.example.org", null, "http://llm.example.org")]
    [InlineData("[::1]:5080", null, "http://[::1]:5080")]
    public async Task Address_is_the_one_by_which_the_request_came(string host, string? scheme, string expected)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true });
        using var client = cluster.ClientWith(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Host", host);
        if (scheme is not null)
            client.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);

        var document = await Document(client);
        var page = await client.GetStringAsync("docs", TestContext.Current.CancellationToken);

        Assert.Equal(expected, document.GetProperty("servers")[0].GetProperty("url").GetString());
        Assert.Contains($"OPENAI_BASE_URL=<b>{expected}/v1</b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(".invalid", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_may_load_nothing_and_stand_in_no_frame()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true });

        using var answer = await cluster.Client.GetAsync("docs", TestContext.Current.CancellationToken);

        Assert.StartsWith("default-src 'none'; style-src 'sha256-", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
    }

    private static async Task<JsonElement> Document(HttpClient client)
    {
        using var answer = await client.GetAsync("openapi.json", TestContext.Current.CancellationToken);
        return await answer.Json();
    }
}
