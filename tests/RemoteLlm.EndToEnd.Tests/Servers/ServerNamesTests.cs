using System.Net;
using System.Text;
using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>What a model is called: by its clients, at each of its servers, and in answers.</summary>
public sealed class ServerNamesTests
{
    private const string Alias = "\"aliases\":{\"gpt-4o\":\"test-model\"}";

    [Fact]
    public async Task Alias_becomes_the_models_name_and_nothing_else_changes()
    {
        const string Sent = """{ "messages" : [ {"role":"user","content":"h\u00e9 \"gpt-4o\" é"} ],  "model" : "gpt-4o", "stream":false, "x" : 1e3 }""";
        await using var llm = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(llm.Entry("home", Alias), llm);

        using var answer = await cluster.Client.Post("v1/chat/completions", Sent);

        await answer.AssertGood("home");
        Assert.Equal("test-model", answer.Header("x-remotellm-model"));
        Assert.Equal(Sent.Replace("\"model\" : \"gpt-4o\"", "\"model\" : \"test-model\"", StringComparison.Ordinal), Assert.Single(llm.Asked()).BodyText);
    }

    [Fact]
    public async Task Alias_in_a_form()
    {
        using var form = new MultipartFormDataContent("limit") { { new StringContent("gpt-4o"), "model" }, { new ByteArrayContent([0, 255, 13, 10, 45, 45]), "file", "speech.wav" } };
        var sent = Encoding.Latin1.GetString(await form.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"text":"Good morning"}"""));
        await using var cluster = await Start(llm.Entry("home", Alias), llm);

        using var answer = await cluster.Client.PostAsync("v1/audio/transcriptions", form, TestContext.Current.CancellationToken).OrHang();

        await answer.AssertGood("home");
        Assert.Equal(sent.Replace("gpt-4o", "test-model", StringComparison.Ordinal), Encoding.Latin1.GetString(Assert.Single(llm.Asked()).Body.Span));
    }

    [Fact]
    public async Task Alias_as_Ollamas_name()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"details":{}}"""));
        await using var cluster = await Start(llm.Entry("home", Alias), llm);

        using var answer = await cluster.Client.Post("api/show", """{"name":"gpt-4o","verbose":true}""");

        await answer.AssertGood("home");
        Assert.Equal("""{"name":"test-model","verbose":true}""", Assert.Single(llm.Asked()).BodyText);
    }

    [Fact]
    public async Task Alias_in_a_ranking()
    {
        await using var llm = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(llm.Entry("home", Alias), llm);

        using var answer = await cluster.Client.Ask(Work.Rerank, "gpt-4o");

        await answer.AssertGood("home");
        using var got = JsonDocument.Parse(Assert.Single(llm.Asked()).BodyText);
        Assert.Equal("test-model", got.RootElement.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData(Work.ChatStream, 200)]
    [InlineData(Work.ChatWhole, 200)]
    [InlineData(Work.Embeddings, 200)]
    [InlineData(Work.Rerank, 200)]
    [InlineData(Work.ChatStream, 500)]
    [InlineData(Work.ChatWhole, 500)]
    [InlineData(Work.Embeddings, 400)]
    [InlineData(Work.Rerank, 500)]
    public async Task Answers_and_errors_say_which_server_and_model_gave_them(Work work, int status)
    {
        await using var llm = new ScriptedLlmServer(
            status == 200 ? WorkScripts.Good : LlmScripts.Json("""{"error":{"message":"no","type":"x","param":null,"code":null}}""", status));
        await using var cluster = await Start(llm.Entry("home", Alias), llm);

        using var answer = await cluster.Client.Ask(work, "gpt-4o");

        Assert.Equal((status, "home", "test-model"), ((int)answer.StatusCode, answer.Header("x-remotellm-server"), answer.Header("x-remotellm-model")));
    }

    [Fact]
    public async Task Model_that_the_owner_does_not_allow_is_not_there()
    {
        await using var llm = new ScriptedLlmServer(WorkScripts.Good) { Models = ["test-model", "secret-model"] };
        await using var cluster = await Start(llm.Entry("home", "\"models\":[\"test-*\"]"), llm);

        using var answer = await cluster.Client.Chat(model: "secret-model");

        await ErrorAssert.Is(answer, 404, "invalid_request_error", "model_not_found");
        Assert.Equal(["test-model"], await Models(cluster));
        Assert.Empty(llm.Asked());
    }

    [Fact]
    public async Task List_has_models_aliases_and_names_with_fallbacks_once_each()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good) { Models = ["test-model", "one"] };
        await using var other = new ScriptedLlmServer(WorkScripts.Good) { Models = ["test-model", "two"] };
        await using var cluster = await Cluster.Start(home.Url, new ClusterOptions
        {
            Servers = ServersText.WithFallbacks("\"big\":[\"two\"]", home.Entry("home", Alias), other.Entry("other", "\"aliases\":{\"nobody\":\"not-there\"}")),
        });

        await cluster.UntilServed("two");

        Assert.Equal(["big", "gpt-4o", "one", "test-model", "two"], await Models(cluster));
    }

    [Fact]
    public async Task Model_at_two_servers_is_served_by_both()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start($"{home.Entry("home")},{other.Entry("other")}", home);

        for (var i = 0; i < 4; i++)
        {
            using var answer = await cluster.Client.Chat();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.NotEmpty(home.Asked());
        Assert.NotEmpty(other.Asked());
    }

    [Fact]
    public async Task Name_without_a_tag_goes_to_its_server_as_it_came()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var ollama = OllamaScript.Server(LlmScripts.Completion());
        await using var cluster = await Start($"{home.Entry("home")},{ollama.Entry("ollama", kind: "ollama")}", home);
        await cluster.UntilServed("llama3:latest");

        using var answer = await cluster.Client.Chat(model: "llama3");

        await answer.AssertGood("ollama");
        Assert.Contains("\"model\":\"llama3\"", Assert.Single(ollama.Asked()).BodyText, StringComparison.Ordinal);
    }

    private static Task<Cluster> Start(string entries, ScriptedLlmServer llm) => Cluster.Start(llm.Url, new ClusterOptions { Servers = ServersText.Of(entries) });

    private static async Task<IEnumerable<string?>> Models(Cluster cluster)
    {
        using var answer = await cluster.Client.Ask(new HttpRequestMessage(HttpMethod.Get, "v1/models"));
        return (await answer.Json()).GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).Order(StringComparer.Ordinal);
    }
}
