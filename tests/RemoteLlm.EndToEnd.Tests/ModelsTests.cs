using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>What <c>/v1/models</c> lists and finds.</summary>
public sealed class ModelsTests
{
    [Fact]
    public async Task Models_lists_what_is_served_and_the_key_may_use()
    {
        const string BobKey = "sk-b0b00000000000000000000000000002";
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", "org/large:70b", "secret"] };
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Users = TestUsers.Unlimited + TestUsers.Also("bob", BobKey, "models: [\"test*\", \"org/*\"]") });
        using var bob = cluster.ClientWith(BobKey);

        using var answer = await bob.GetAsync("v1/models", TestContext.Current.CancellationToken);

        var list = await answer.Json();
        Assert.Equal("list", list.GetProperty("object").GetString());
        Assert.Equal(["org/large:70b", "test-model"], list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.All(list.GetProperty("data").EnumerateArray(), model => Assert.Equal(["created", "id", "object", "owned_by"], model.EnumerateObject().Select(member => member.Name).Order()));
        using var hidden = await bob.GetAsync("v1/models/secret", TestContext.Current.CancellationToken);
        await ErrorAssert.Is(hidden, 403, "permission_error", "model_not_allowed");
    }

    [Theory]
    [InlineData("test-model", "test-model")]
    [InlineData("org/large:70b", "org/large:70b")]
    // What SDKs make of an id with a slash.
    [InlineData("org%2Flarge%3A70b", "org/large:70b")]
    [InlineData("100%25", "100%")]
    public async Task Model_is_found_by_its_id(string path, string id)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", "org/large:70b", "100%"] };
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.GetAsync($"v1/models/{path}", TestContext.Current.CancellationToken);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
        Assert.Equal(id, (await answer.Json()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Unknown_model_is_not_found()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.GetAsync("v1/models/tset-model", TestContext.Current.CancellationToken);

        var error = await ErrorAssert.Is(answer, 404, "invalid_request_error", "model_not_found");
        Assert.Contains("test-model", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(answer.Header("openai-processing-ms"));
        await cluster.BrokerLogs.Until("Request", answer.Header("x-request-id"), " models alice ", " tset-model ", " 404 model_not_found ");
    }

    [Fact]
    public async Task Listing_is_logged_and_timed_like_every_other_request()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.GetAsync("v1/models", TestContext.Current.CancellationToken);

        Assert.NotEmpty(answer.Header("openai-processing-ms"));
        await cluster.BrokerLogs.Until("Request", answer.Header("x-request-id"), " models alice ", " 200 ");
    }
}
