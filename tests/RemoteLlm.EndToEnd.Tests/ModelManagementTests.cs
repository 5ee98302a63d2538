using System.Net;
using System.Text;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Ollama's calls that change what is installed: refused unless the connector's owner allows them, and then for operators only.</summary>
public sealed class ModelManagementTests
{
    private const string OperatorKey = "sk-09e0000000000000000000000000001";

    public static TheoryData<string, string, string> Calls => new()
    {
        { "POST", "/api/pull", """{"model":"gemma3"}""" },
        { "POST", "/api/push", """{"model":"me/gemma3"}""" },
        { "POST", "/api/create", """{"model":"mine","from":"llama3"}""" },
        { "POST", "/api/copy", """{"source":"llama3","destination":"llama3-backup"}""" },
        { "DELETE", "/api/delete", """{"model":"llama3"}""" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Refused_for_everybody_by_default_and_told_how_to_change_that(string method, string path, string body)
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Start(llm, allowed: false);
        using var operators = cluster.ClientWith(OperatorKey);

        await Refused(cluster.Client, method, path, body);
        await Refused(operators, method, path, body);

        Assert.Empty(llm.Asked());
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Refused_for_a_user_where_it_is_allowed(string method, string path, string body)
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Start(llm, allowed: true);

        await Refused(cluster.Client, method, path, body);

        Assert.Empty(llm.Asked());
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Operator_s_call_reaches_the_server_as_it_is(string method, string path, string body)
    {
        await using var llm = OllamaScript.Server(LlmScripts.Json("""{"status":"success"}"""));
        await using var cluster = await Start(llm, allowed: true);
        using var operators = cluster.ClientWith(OperatorKey);

        using var answer = await operators.Ask(Request(method, path, body));

        Assert.Equal((HttpStatusCode.OK, """{"status":"success"}"""), (answer.StatusCode, await answer.Text()));
        Assert.Equal((method, path, body), Assert.Single(llm.Asked().Select(request => (request.Method, request.Path, request.BodyText))));
    }

    [Fact]
    public async Task Progress_of_a_pull_comes_line_by_line()
    {
        string[] lines = ["""{"status":"pulling manifest"}""", """{"status":"pulling d0","total":10,"completed":4}""", """{"status":"success"}"""];
        using var gate = new Turnstile();
        await using var llm = OllamaScript.Server(async exchange =>
        {
            await exchange.SendHeaders(contentType: "application/x-ndjson");
            foreach (var line in lines)
            {
                await gate.Pass(exchange.PeerGone);
                await exchange.SendChunk(line + "\n");
            }
        });
        await using var cluster = await Start(llm, allowed: true);
        using var operators = cluster.ClientWith(OperatorKey);

        using var answer = await operators.Ask(Request("POST", "/api/pull", """{"model":"gemma3"}"""));

        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        foreach (var line in lines)
        {
            gate.Release();
            Assert.Equal(line, await reader.ReadLineAsync(TestContext.Current.CancellationToken).OrHang());
        }

        Assert.Null(await reader.ReadLineAsync(TestContext.Current.CancellationToken).OrHang());
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task What_may_have_been_half_done_is_not_done_again(string method, string path, string body)
    {
        LlmScript cut = exchange =>
        {
            exchange.Cut();
            return Task.CompletedTask;
        };
        await using var llm = OllamaScript.Server(cut);
        await using var other = OllamaScript.Server(cut, "0.9.12");
        await using var cluster = await Start(llm, allowed: true);
        await cluster.StartConnector(cluster.SecondToken, llm: other.Url);
        await cluster.UntilTrue(async () => (await cluster.Client.GetStringAsync("api/version", TestContext.Current.CancellationToken)).Contains("0.9.12", StringComparison.Ordinal));
        using var operators = cluster.ClientWith(OperatorKey);

        using var answer = await operators.Ask(Request(method, path, body));

        Assert.True(answer.StatusCode == HttpStatusCode.BadGateway, $"{answer.StatusCode}: {await answer.Text()}");
        Assert.Single([.. llm.Asked(), .. other.Asked()]);
    }

    [Fact]
    public async Task Wrong_method_is_told_the_right_one()
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Start(llm, allowed: true);
        using var operators = cluster.ClientWith(OperatorKey);

        using var answer = await operators.Post("api/delete", """{"model":"llama3"}""");

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "DELETE"), (answer.StatusCode, answer.Header("Allow")));
        Assert.Empty(llm.Asked());
    }

    private static async Task Refused(HttpClient client, string method, string path, string body)
    {
        using var answer = await client.Ask(Request(method, path, body));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var member = Assert.Single((await answer.Json()).EnumerateObject());
        Assert.Equal("error", member.Name);
        Assert.Contains(path, member.Value.GetString(), StringComparison.Ordinal);
        Assert.Contains("--allow-model-management", member.Value.GetString(), StringComparison.Ordinal);
    }

    private static HttpRequestMessage Request(string method, string path, string body) =>
        new(new HttpMethod(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static Task<Cluster> Start(ScriptedLlmServer llm, bool allowed) => Cluster.Start(llm.Url, new ClusterOptions
    {
        KnowsSecondConnector = true,
        Llm = server => server.AllowModelManagement = allowed,
        Users = TestUsers.Unlimited + TestUsers.Also("olga", OperatorKey, "role: operator", "limits: { requests_per_minute: 0 }"),
    });
}
