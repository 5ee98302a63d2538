namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>Another model in place of one that no server can serve.</summary>
public sealed class FallbackTests
{
    [Fact]
    public async Task Fallback_is_used_only_while_no_server_can_serve_the_model()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good) { Models = ["test-model", "big"] };
        await using var other = new ScriptedLlmServer(WorkScripts.Good) { Models = ["small", "model-x"] };
        await using var cluster = await Start("\"big\":[\"small\",\"other/model-x\"]", home, other);
        using var well = await cluster.Client.Chat(model: "big");
        await well.AssertGood("home");

        home.Refuse();
        home.CutAll();
        using var answer = await cluster.Client.Chat(model: "big");

        await answer.AssertGood("other");
        Assert.Equal("small", answer.Header("x-remotellm-model"));
        Assert.Contains("\"model\":\"small\"", Assert.Single(other.Asked()).BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Work.ChatStream)]
    [InlineData(Work.ChatWhole)]
    [InlineData(Work.Embeddings)]
    [InlineData(Work.Rerank)]
    public async Task Next_fallback_is_a_model_at_one_server(Work work)
    {
        await using var home = new ScriptedLlmServer(ServerFaults.Script(ServerFault.Json500)) { Models = ["test-model", "big"] };
        await using var other = new ScriptedLlmServer(WorkScripts.Good) { Models = ["model-x"] };
        await using var cluster = await Start("\"big\":[\"small\",\"other/model-x\"]", home, other);

        using var answer = await cluster.Client.Ask(work, "big");

        await answer.AssertGood("other");
        Assert.Equal("model-x", answer.Header("x-remotellm-model"));
        Assert.Contains("\"model\":\"model-x\"", Assert.Single(other.Asked()).BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_that_no_server_has_may_have_a_fallback()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var other = new ScriptedLlmServer(WorkScripts.Good) { Models = ["small"] };
        await using var cluster = await Start("\"best\":[\"small\"]", home, other);
        await cluster.UntilServed("small");

        using var answer = await cluster.Client.Chat(model: "best");

        await answer.AssertGood("other");
    }

    [Fact]
    public async Task Key_does_not_get_a_fallback_that_it_may_not_use()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good) { Models = ["test-model", "big"] };
        await using var other = new ScriptedLlmServer(WorkScripts.Good) { Models = ["small"] };
        await using var cluster = await Start("\"big\":[\"small\"]", home, other, $$"""
            users:
              - gitlab_username: alice
                api_key: {{TestUsers.AliceKey}}
                models: ["big", "test-model"]
                limits: { requests_per_minute: 0 }

            """);
        home.Refuse();

        using var answer = await cluster.Client.Chat(model: "big");

        await ErrorAssert.Is(answer, 502, "server_error", "upstream_error");
        Assert.Empty(other.Asked());
    }

    [Fact]
    public async Task Request_that_is_wrong_gets_no_fallback()
    {
        await using var home = new ScriptedLlmServer(LlmScripts.Json("""{"error":{"message":"no","type":"x","param":null,"code":null}}""", 400)) { Models = ["test-model", "big"] };
        await using var other = new ScriptedLlmServer(WorkScripts.Good) { Models = ["small"] };
        await using var cluster = await Start("\"big\":[\"small\"]", home, other);

        using var answer = await cluster.Client.Chat(model: "big");

        Assert.Equal((400, "home"), ((int)answer.StatusCode, answer.Header("x-remotellm-server")));
        Assert.Empty(other.Asked());
    }

    private static Task<Cluster> Start(string fallbacks, ScriptedLlmServer home, ScriptedLlmServer other, string? users = null) => Cluster.Start(home.Url, new ClusterOptions
    {
        Servers = ServersText.WithFallbacks(fallbacks, home.Entry("home"), other.Entry("other")),
        Users = users,
    });
}
