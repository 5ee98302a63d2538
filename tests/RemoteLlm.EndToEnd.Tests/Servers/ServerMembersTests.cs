using System.Text;
using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>What a server's owner puts into requests to it: parameters, headers, and its key.</summary>
public sealed class ServerMembersTests
{
    private const string Chat = "v1/chat/completions";

    [Fact]
    public async Task Defaults_count_where_the_client_is_silent()
    {
        await using var llm = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(llm.Entry("home", "\"defaults\":{\"temperature\":0.2,\"top_p\":0.9}"));

        using var answer = await cluster.Client.Post(Chat, """{"model":"test-model","temperature":1,"messages":[{"role":"user","content":"Hi"}]}""");

        await answer.AssertGood("home");
        var got = Body(Assert.Single(llm.Asked()));
        Assert.Equal((1, 0.9), (got.GetProperty("temperature").GetDouble(), got.GetProperty("top_p").GetDouble()));
    }

    [Theory]
    [InlineData(Work.Embeddings)]
    [InlineData(Work.Rerank)]
    public async Task Defaults_are_of_no_use_where_nothing_is_generated(Work work)
    {
        await using var llm = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(llm.Entry("home", "\"defaults\":{\"temperature\":0.2}"));

        using var answer = await cluster.Client.Ask(work);

        await answer.AssertGood("home");
        Assert.DoesNotContain("temperature", Assert.Single(llm.Asked()).BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_wins_over_the_client()
    {
        await using var llm = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(llm.Entry("home", "\"body\":{\"keep_alive\":\"1h\",\"provider\":{\"sort\":\"price\"}}"));

        using var answer = await cluster.Client.Post(Chat, """{"keep_alive":"5m","model":"test-model","messages":[{"role":"user","content":"Hi"}]}""");

        await answer.AssertGood("home");
        var got = Body(Assert.Single(llm.Asked()));
        Assert.Equal(("1h", "price"), (got.GetProperty("keep_alive").GetString(), got.GetProperty("provider").GetProperty("sort").GetString()));
        Assert.Single(got.EnumerateObject(), member => member.Name == "keep_alive");
    }

    [Theory]
    [InlineData(Work.ChatStream)]
    [InlineData(Work.Rerank)]
    public async Task Headers_arrive_in_place_of_the_clients(Work work)
    {
        await using var llm = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(llm.Entry("home", "\"headers\":{\"HTTP-Referer\":\"https://example.org\",\"X-Title\":\"Ours\"}"));
        cluster.Client.DefaultRequestHeaders.Add("X-Title", "Theirs");

        using var answer = await cluster.Client.Ask(work);

        await answer.AssertGood("home");
        var request = Assert.Single(llm.Asked());
        Assert.Equal(("https://example.org", "Ours"), (request["HTTP-Referer"], request["X-Title"]));
    }

    [Fact]
    public async Task Key_out_of_the_environment_arrives_and_the_clients_never_does()
    {
        var variable = $"REMOTELLM_TEST_KEY_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, "sk-of-the-server");
        try
        {
            await using var llm = new ScriptedLlmServer(WorkScripts.Good);
            await using var open = new ScriptedLlmServer(WorkScripts.Good) { Models = ["open-model"] };
            await using var cluster = await Start(llm.Entry("home", $"\"api_key_env\":\"{variable}\""), open.Entry("open"));
            await cluster.UntilServed("open-model");

            using var answer = await cluster.Client.Chat();
            await answer.AssertGood("home");
            using var other = await cluster.Client.Chat(model: "open-model");
            await other.AssertGood("open");

            Assert.Equal("Bearer sk-of-the-server", Assert.Single(llm.Asked())["Authorization"]);
            Assert.Equal("", Assert.Single(open.Asked())["Authorization"]);
            Assert.DoesNotContain(cluster.Connector.Logs.Entries, entry => entry.Says("sk-of-the-server"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Fact]
    public async Task Key_that_was_changed_in_its_file_is_used_from_the_next_look_on()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("key", "sk-first\n");
        var key = "sk-first";
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var llm = new ScriptedLlmServer(exchange =>
        {
            var isRight = exchange.Request["Authorization"] == $"Bearer {Volatile.Read(ref key)}";
            if (exchange.Request.Path != "/v1/models")
                return isRight ? WorkScripts.Good(exchange) : ServerFaults.Script(ServerFault.WrongKey401)(exchange);
            if (exchange.Request["Authorization"] == "Bearer sk-second")
                looked.TrySetResult();
            return exchange.SendJson("""{"object":"list","data":[{"id":"test-model","object":"model"}]}""");
        })
        {
            Models = null,
        };
        await using var cluster = await Start(llm.Entry("home", $"\"api_key_file\":{JsonSerializer.Serialize(file)}"));
        using var before = await cluster.Client.Chat();
        await before.AssertGood("home");

        folder.Write("key", "sk-second\n");
        Volatile.Write(ref key, "sk-second");
        // The server refuses the old one, which is reason enough to look.
        using var refused = await cluster.Client.Chat();
        await looked.Task.OrHang();

        using var after = await cluster.Client.Chat();
        await after.AssertGood("home");
        Assert.DoesNotContain("key provided", Encoding.UTF8.GetString(await refused.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    private static JsonElement Body(ScriptedRequest request)
    {
        using var document = JsonDocument.Parse(request.Body);
        return document.RootElement.Clone();
    }

    private static Task<Cluster> Start(params string[] entries) => Cluster.Start(new Uri("http://localhost"), new ClusterOptions { Servers = ServersText.Of(entries) });
}
