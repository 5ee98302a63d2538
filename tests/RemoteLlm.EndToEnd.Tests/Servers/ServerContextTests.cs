using System.Net;
using RemoteLlm.EndToEnd.Tests.Errors;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>Prompts that do not fit where they would go first.</summary>
public sealed class ServerContextTests
{
    private const string Short = "\"context_lengths\":{\"test-*\":100}";
    private static readonly string s_long = string.Concat(Enumerable.Repeat("word ", 1000));

    [Theory]
    [InlineData(Dialect.OpenAi)]
    [InlineData(Dialect.Anthropic)]
    [InlineData(Dialect.Ollama)]
    public async Task Prompt_that_fits_nowhere_is_refused_before_any_work(Dialect dialect)
    {
        await using var llm = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(ServersText.Of(llm.Entry("home", Short)));

        using var answer = await cluster.Client.ChatIn(dialect, content: s_long);

        await DialectChat.AssertIs(answer, dialect, 400, "context_length_exceeded");
        Assert.Empty(llm.Asked());
        using var small = await cluster.Client.Chat();
        await small.AssertGood("home");
    }

    [Theory]
    [InlineData(5, HttpStatusCode.OK)]
    [InlineData(99, HttpStatusCode.OK)]
    [InlineData(100, HttpStatusCode.BadRequest)]
    public async Task Servers_own_tokenizer_decides(int tokens, HttpStatusCode status)
    {
        await using var llm = new ScriptedLlmServer(exchange => exchange.Request.Path switch
        {
            "/props" => exchange.SendJson("""{"default_generation_settings":{"n_ctx":100},"total_slots":2}"""),
            "/apply-template" => exchange.SendJson("""{"prompt":"<s>Hi</s>"}"""),
            "/tokenize" => exchange.SendJson($$"""{"tokens":[{{string.Join(',', Enumerable.Range(0, tokens))}}]}"""),
            "/v1/chat/completions" => WorkScripts.Good(exchange),
            _ => exchange.SendJson("{}", 404),
        });
        await using var cluster = await Start(ServersText.Of(llm.Entry("home", kind: "llamacpp")));

        using var answer = await cluster.Client.Post("v1/chat/completions", TestClient.ChatBody(content: new string('x', 300)));

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(llm.Asked(), request => request.Path == "/tokenize");
        Assert.Equal(status == HttpStatusCode.OK, llm.Asked().Any(request => request.Path == "/v1/chat/completions"));
    }

    [Fact]
    public async Task Server_with_room_gets_what_the_first_has_none_for()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(ServersText.Of(home.Entry("home", Short), other.Entry("other", "\"priority\":1,\"context_lengths\":{\"*\":100000}")));

        using var answer = await cluster.Client.ChatIn(Dialect.OpenAi, content: s_long);

        await answer.AssertGood("other");
        Assert.Empty(home.Asked());
    }

    [Fact]
    public async Task Fallback_with_room_gets_what_the_model_has_none_for()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var other = new ScriptedLlmServer(WorkScripts.Good) { Models = ["large"] };
        await using var cluster = await Start(ServersText.WithFallbacks("\"test-model\":[\"large\"]", home.Entry("home", Short), other.Entry("other")));

        using var answer = await cluster.Client.ChatIn(Dialect.OpenAi, content: s_long);

        await answer.AssertGood("other");
        Assert.Equal("large", answer.Header("x-remotellm-model"));
        Assert.Empty(home.Asked());
    }

    private static Task<Cluster> Start(string servers) => Cluster.Start(new Uri("http://localhost"), new ClusterOptions { Servers = servers });
}
