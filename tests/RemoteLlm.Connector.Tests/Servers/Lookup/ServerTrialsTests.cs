using System.Text.Json;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Lookup;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Connector.Tests.Servers.Lookup;

public sealed class ServerTrialsTests
{
    private static readonly TrialModel s_talker = new("llama3", false);
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_streamed_answer_is_measured_to_its_first_token_and_its_end()
    {
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders();
            _time.Advance(TimeSpan.FromMilliseconds(300));
            await exchange.SendEvent(LlmScripts.Delta("one"));
            await exchange.SendEvent("""{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":11}}""");
            await exchange.SendEvent("[DONE]");
        });
        var entry = Entry(llm) with { Body = [new BodyMember("provider", """{"sort":"price"}""")] };

        var trial = await new ServerTrials(_time).TryAsync(entry, s_talker, TestContext.Current.CancellationToken).OrHang();

        Assert.Null(trial.Problem);
        Assert.Equal((TimeSpan.FromMilliseconds(300), 11), (trial.FirstToken, trial.Tokens));
        var body = JsonDocument.Parse((await llm.NextExchange()).Request.Body).RootElement;
        Assert.Equal(("llama3", true, 16), (body.GetProperty("model").GetString(), body.GetProperty("stream").GetBoolean(), body.GetProperty("max_tokens").GetInt32()));
        Assert.Equal("price", body.GetProperty("provider").GetProperty("sort").GetString());
    }

    [Fact]
    public void Speed_is_that_of_the_tokens_behind_the_first()
    {
        var trial = new ServerTrial(s_talker, null) { Took = TimeSpan.FromSeconds(3), FirstToken = TimeSpan.FromSeconds(1), Tokens = 21 };

        Assert.Equal(10, trial.TokensPerSecond);
        Assert.Null((trial with { Tokens = 1 }).TokensPerSecond);
        Assert.Null((trial with { FirstToken = null }).TokensPerSecond);
    }

    [Theory]
    [InlineData(200, """{"choices":[{"message":{"content":"Hello"}}]}""", null)]
    [InlineData(200, """{"choices":[{"message":{"content":null,"reasoning_content":"Hm"}}]}""", null)]
    [InlineData(200, """{"choices":[]}""", "without a word")]
    [InlineData(200, "<html>", "not JSON")]
    [InlineData(500, """{"error":{"message":"out of memory\nat layer 3"}}""", "status 500: out of memory at layer 3")]
    [InlineData(401, """{"error":{"message":"bad key sk-hunter2"}}""", "refuses the key (401)")]
    public async Task Every_answer_is_a_line(int status, string body, string? words)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json(body, status));

        var trial = await new ServerTrials(_time).TryAsync(Entry(llm), s_talker, TestContext.Current.CancellationToken).OrHang();

        if (words is null)
            Assert.Null(trial.Problem);
        else
            Assert.Contains(words, trial.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", trial.Problem ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain('\n', trial.Problem ?? "");
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_a_problem()
    {
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders();
            await exchange.SendEvent("""{"error":{"message":"the GPU fell off"}}""");
        });

        var trial = await new ServerTrials(_time).TryAsync(Entry(llm), s_talker, TestContext.Current.CancellationToken).OrHang();

        Assert.Contains("the GPU fell off", trial.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_is_given_up()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Hang());
        var trying = new ServerTrials(_time).TryAsync(Entry(llm), s_talker, TestContext.Current.CancellationToken);
        await llm.NextExchange();

        _time.Advance(ServerTrials.Patience);

        Assert.Contains("within 120 s", (await trying.OrHang()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embeddings_are_tried_as_embeddings()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":1}}"""));

        var trial = await new ServerTrials(_time).TryAsync(Entry(llm), new TrialModel("nomic-embed-text", true), TestContext.Current.CancellationToken).OrHang();

        Assert.Equal((null, null, 0), (trial.Problem, trial.FirstToken, trial.Tokens));
        Assert.Equal("/v1/embeddings", (await llm.NextExchange()).Request.Path);
    }

    [Theory]
    [InlineData(null, "a-chat", false, "nomic-embed-text", "a-chat")]
    [InlineData(null, "nomic-embed-text", true, "nomic-embed-text", "bge-reranker")]
    [InlineData(null, null, false, "bge-reranker-rerank", "whisper-1")]
    [InlineData("big", "b-chat", false, "a-chat", "b-chat")]
    [InlineData("unlisted", "unlisted", false, "a-chat")]
    [InlineData("llama3", "llama3:latest", false, "a-chat", "llama3:latest")]
    public void The_model_is_one_that_chats_or_the_one_asked_for(string? wanted, string? id, bool embeds, params string[] models)
    {
        var entry = new ServerEntry { Name = "a", Address = ServerAddress.Parse("http://a"), Text = "", Aliases = new Dictionary<string, string> { ["big"] = "b-chat" } };

        Assert.Equal(id is null ? null : new TrialModel(id, embeds), TrialModel.Choose([.. models.Select(model => new ServerModel(model))], entry, wanted));
    }

    private static ServerEntry Entry(ScriptedLlmServer llm) => new() { Name = "a", Address = ServerAddress.Parse(llm.Url.ToString()), Text = "" };
}
