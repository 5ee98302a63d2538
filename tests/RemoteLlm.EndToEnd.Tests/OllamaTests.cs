using System.Net;
using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>What Ollama's clients ask about models, and how they name them.</summary>
public sealed class OllamaTests
{
    private const string BobKey = "sk-b0b00000000000000000000000000002";

    [Fact]
    public async Task Tags_are_the_servers_own_words()
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Cluster.Start(llm.Url);

        var models = await Models(cluster.Client, "api/tags");

        Assert.Equal(["llama3:latest", "qwen3:8b", "test-model"], models.Select(model => model.GetProperty("name").GetString()));
        var llama = models[0];
        Assert.Equal(["details", "digest", "model", "modified_at", "name", "size"], llama.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(
            ("llama3:latest", "2025-11-30T10:00:00.123456+01:00", 4_661_224_676, "d0"),
            (llama.GetProperty("model").GetString(), llama.GetProperty("modified_at").GetString(), llama.GetProperty("size").GetInt64(), llama.GetProperty("digest").GetString()));
        Assert.Equal(
            """{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"8.0B","quantization_level":"Q4_0"}""",
            llama.GetProperty("details").GetRawText());
    }

    [Fact]
    public async Task Loaded_are_those_that_are()
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Cluster.Start(llm.Url);

        var loaded = Assert.Single(await Models(cluster.Client, "api/ps"));

        Assert.Equal(
            ("qwen3:8b", "qwen3:8b", 5_500_000_000, "2025-11-30T10:05:00.1+01:00"),
            (loaded.GetProperty("name").GetString(), loaded.GetProperty("model").GetString(), loaded.GetProperty("size_vram").GetInt64(), loaded.GetProperty("expires_at").GetString()));
    }

    [Fact]
    public async Task Version_is_the_oldest_of_the_servers()
    {
        await using var llm = OllamaScript.Server();
        await using var older = OllamaScript.Server(version: "0.9.12-rc1");
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { KnowsSecondConnector = true });
        Assert.Equal($$"""{"version":"{{OllamaScript.Version}}"}""", await Get(cluster.Client, "api/version"));

        await cluster.StartConnector(cluster.SecondToken, llm: older.Url);

        await cluster.UntilTrue(async () => await Get(cluster.Client, "api/version") == """{"version":"0.9.12-rc1"}""");
    }

    [Fact]
    public async Task Server_of_another_kind_is_described_as_far_as_it_is_known()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);

        Assert.Equal("test-model", Assert.Single(await Models(cluster.Client, "api/tags")).GetProperty("name").GetString());
        Assert.Equal("test-model", Assert.Single(await Models(cluster.Client, "api/ps")).GetProperty("name").GetString());
        using var version = JsonDocument.Parse(await Get(cluster.Client, "api/version"));
        Assert.True(Version.TryParse(version.RootElement.GetProperty("version").GetString(), out _));
        // Only the list of models was ever asked for.
        Assert.Empty(llm.Requests);
    }

    [Fact]
    public async Task Key_sees_and_uses_only_its_models()
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Users = TestUsers.Unlimited + TestUsers.Also("bob", BobKey, "models: [\"llama3*\"]") });
        using var bob = cluster.ClientWith(BobKey);

        Assert.Equal("llama3:latest", Assert.Single(await Models(bob, "api/tags")).GetProperty("name").GetString());
        Assert.Empty(await Models(bob, "api/ps"));
        using var refused = await bob.Post("api/chat", """{"model":"qwen3:8b","messages":[]}""");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("qwen3:8b", await Error(refused), StringComparison.Ordinal);
        Assert.Empty(llm.Asked());
    }

    [Theory]
    [InlineData("v1/chat/completions", """{"model":"llama3","messages":[]}""")]
    [InlineData("v1/responses", """{"model":"llama3","input":"Hi"}""")]
    [InlineData("v1/embeddings", """{"model":"llama3","input":"Hi"}""")]
    [InlineData("v1/messages", """{"model":"llama3","max_tokens":9,"messages":[]}""")]
    [InlineData("api/chat", """{"model":"llama3","stream":false,"messages":[]}""")]
    [InlineData("api/generate", """{"model":"llama3","stream":false,"prompt":"Hi"}""")]
    [InlineData("api/embed", """{"model":"llama3","input":"Hi"}""")]
    [InlineData("api/show", """{"model":"llama3"}""")]
    public async Task Name_without_a_tag_finds_the_latest(string path, string body)
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post(path, body);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
        Assert.Equal(("/" + path, body), Assert.Single(llm.Asked().Select(request => (request.Path, request.BodyText))));
    }

    [Fact]
    public async Task Name_without_a_tag_finds_the_latest_among_the_models()
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.GetAsync("v1/models/llama3", TestContext.Current.CancellationToken);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
        Assert.Equal("llama3:latest", (await answer.Json()).GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama3:8b")]
    public async Task Other_tags_are_other_models(string model)
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post("api/chat", $$"""{"model":"{{model}}","messages":[]}""");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(model, await Error(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_is_there()
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Cluster.Start(llm.Url);
        using var anybody = cluster.ClientWith(null);
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");

        using var answer = await anybody.Ask(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("api/tags")]
    [InlineData("api/ps")]
    [InlineData("api/version")]
    public async Task Without_a_key_nothing_is_told(string path)
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Cluster.Start(llm.Url);
        using var anybody = cluster.ClientWith(null);

        using var answer = await anybody.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.NotEmpty(await Error(answer));
    }

    private static async Task<string> Error(HttpResponseMessage answer)
    {
        var member = Assert.Single((await answer.Json()).EnumerateObject());
        Assert.Equal("error", member.Name);
        return member.Value.GetString()!;
    }

    private static Task<string> Get(HttpClient client, string path) => client.GetStringAsync(path, TestContext.Current.CancellationToken).OrHang();

    private static async Task<List<JsonElement>> Models(HttpClient client, string path)
    {
        using var document = JsonDocument.Parse(await Get(client, path));
        return [.. document.RootElement.GetProperty("models").Clone().EnumerateArray()];
    }
}
