using System.Net;
using System.Text;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>A conversation stays with the connector that has its beginning in a cache, and the client can see it.</summary>
public sealed class AffinityTests
{
    private const string BobKey = "sk-b0b00000000000000000000000000002";
    private const string Header = "x-remotellm-affinity";

    [Fact]
    public async Task Conversation_stays_with_its_connector_over_10_turns_although_the_other_is_idle()
    {
        await using var pair = await Pair.Start();

        Assert.Equal("new", await Ask(pair, Conversation("Write a parser", turns: 0)));
        var first = pair.Last;
        for (var turn = 1; turn <= 10; turn++)
        {
            Assert.Equal("hit", await Ask(pair, Conversation("Write a parser", turn)));
            Assert.Same(first, pair.Last);
        }
    }

    [Theory]
    [InlineData("X-Claude-Code-Session-Id")]
    [InlineData("X-Session-Id")]
    public async Task Conversation_is_known_by_its_clients_name_for_it_whatever_it_begins_with(string header)
    {
        await using var pair = await Pair.Start();

        Assert.Equal("new", await Ask(pair, Conversation("One", 0), (header, "session-1")));
        var first = pair.Last;
        Assert.Equal("hit", await Ask(pair, Conversation("Two", 0), (header, "session-1")));
        Assert.Same(first, pair.Last);
        Assert.Equal("new", await Ask(pair, Conversation("Three", 0), (header, "session-2")));
        Assert.NotSame(first, pair.Last);
    }

    [Fact]
    public async Task Conversation_is_known_by_prompt_cache_key()
    {
        await using var pair = await Pair.Start();

        Assert.Equal("new", await Ask(pair, Conversation("One", 0, "cache-1")));
        var first = pair.Last;
        Assert.Equal("hit", await Ask(pair, Conversation("Two", 0, "cache-1")));
        Assert.Same(first, pair.Last);
        Assert.Equal("new", await Ask(pair, Conversation("Three", 0, "cache-2")));
    }

    [Theory]
    [InlineData("v1/messages", """{"model":"test-model","max_tokens":9,"system":"Be brief.","messages":[{"role":"user","content":"Hello"}]}""")]
    [InlineData("v1/responses", """{"model":"test-model","input":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Hello"}]}""")]
    [InlineData("v1/responses", """{"model":"test-model","input":"Hello"}""")]
    [InlineData("v1/completions", """{"model":"test-model","prompt":"Hello"}""")]
    [InlineData("api/chat", """{"model":"test-model","stream":false,"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello"}]}""")]
    [InlineData("api/generate", """{"model":"test-model","stream":false,"prompt":"Hello"}""")]
    public async Task Every_dialect_has_conversations(string path, string body)
    {
        await using var pair = await Pair.Start();

        using var first = await pair.Cluster.Client.Post(path, body);
        using var second = await pair.Cluster.Client.Post(path, body);

        Assert.Equal(("new", "hit"), (first.Header(Header), second.Header(Header)));
    }

    [Fact]
    public async Task Instructions_that_all_conversations_share_do_not_make_them_one()
    {
        await using var pair = await Pair.Start();

        Assert.Equal("new", await Ask(pair, Conversation("One", 0)));
        var first = pair.Last;
        Assert.Equal("new", await Ask(pair, Conversation("Two", 0)));
        Assert.NotSame(first, pair.Last);
    }

    [Fact]
    public async Task Same_words_of_another_user_are_another_conversation()
    {
        await using var pair = await Pair.Start();
        using var bob = pair.Cluster.ClientWith(BobKey);
        Assert.Equal("new", await Ask(pair, Conversation("Hello", 0), ("X-Session-Id", "1")));

        using var his = await bob.Ask(Request(Conversation("Hello", 0), ("X-Session-Id", "1")));

        Assert.Equal("new", his.Header(Header));
    }

    [Fact]
    public async Task Conversation_whose_connector_is_gone_goes_elsewhere_and_stays_there()
    {
        await using var pair = await Pair.Start();
        Assert.Equal("new", await Ask(pair, Conversation("Hello", 0)));
        var first = pair.Last;
        await pair.StopConnectorOf(first);

        Assert.Equal("miss", await Ask(pair, Conversation("Hello", 1)));

        Assert.NotSame(first, pair.Last);
        Assert.Equal("hit", await Ask(pair, Conversation("Hello", 2)));
    }

    [Fact]
    public async Task Connector_that_is_much_busier_than_the_other_yields_the_conversation()
    {
        using var gate = new Turnstile();
        await using var pair = await Pair.Start();
        Assert.Equal("new", await Ask(pair, Conversation("Hello", 0)));
        var first = pair.Last;
        pair.Answer(LlmScripts.Stream(gate, "one"));

        var answers = new List<HttpResponseMessage>();
        for (var turn = 1; turn <= 6; turn++)
            answers.Add(await pair.Cluster.Client.Ask(Request(Conversation("Hello", turn, stream: true))));

        // Up to four more than the other has are borne; the sixth is the one that finds five.
        Assert.Equal(["hit", "hit", "hit", "hit", "hit", "miss"], answers.Select(answer => answer.Header(Header)));
        Assert.NotSame(first, pair.Last);
        gate.Release(6);
        foreach (var answer in answers)
        {
            Assert.Contains("[DONE]", await answer.Text(), StringComparison.Ordinal);
            answer.Dispose();
        }
    }

    [Fact]
    public async Task Large_request_is_known_by_its_small_first_one()
    {
        await using var pair = await Pair.Start();
        Assert.Equal("new", await Ask(pair, Conversation("Hello", 0)));
        var first = pair.Last;

        Assert.Equal("hit", await Ask(pair, Conversation("Hello", turns: 30, answer: new string('x', 10_000))));

        Assert.Same(first, pair.Last);
    }

    [Fact]
    public async Task What_is_no_conversation_has_no_such_header()
    {
        await using var pair = await Pair.Start();

        using var answer = await pair.Cluster.Client.Post("v1/embeddings", """{"model":"test-model","input":"Hello"}""");

        Assert.Equal((HttpStatusCode.OK, ""), (answer.StatusCode, answer.Header(Header)));
    }

    private static async Task<string> Ask(Pair pair, string body, params (string Name, string Value)[] headers)
    {
        using var answer = await pair.Cluster.Client.Ask(Request(body, headers));
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
        return answer.Header(Header);
    }

    private static HttpRequestMessage Request(string body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return request;
    }

    // As an agent writes it: its instructions, the first message, and then a turn more each time.
    private static string Conversation(string first, int turns, string? cacheKey = null, bool stream = false, string answer = "Yes?")
    {
        var later = string.Concat(Enumerable.Range(1, turns).Select(turn => $$""",{"role":"assistant","content":"{{answer}}"},{"role":"user","content":"Turn {{turn}}"}"""));
        var key = cacheKey is null ? "" : $"\"prompt_cache_key\":\"{cacheKey}\",";
        return $$"""{"model":"test-model",{{key}}"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"system","content":"You are an agent."},{"role":"user","content":"{{first}}"}{{later}}]}""";
    }

    /// <summary>Two connectors that serve the same model, each with a server of its own.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private readonly Dictionary<ScriptedLlmServer, RunningConnector> _connectors = [];

        public ScriptedLlmServer Home { get; } = new(LlmScripts.Completion());

        public ScriptedLlmServer Second { get; } = new(LlmScripts.Completion());

        public Cluster Cluster { get; private set; } = null!;

        /// <summary>The server that had the last request.</summary>
        public ScriptedLlmServer? Last { get; private set; }

        public static async Task<Pair> Start()
        {
            var pair = new Pair();
            pair.Answer(LlmScripts.Completion());
            pair.Cluster = await Cluster.Start(pair.Home.Url, new ClusterOptions { KnowsSecondConnector = true, Users = TestUsers.Unlimited + TestUsers.Also("bob", BobKey, "limits: { requests_per_minute: 0 }") });
            pair._connectors[pair.Home] = pair.Cluster.Connector;
            pair._connectors[pair.Second] = await pair.Cluster.StartConnector(pair.Cluster.SecondToken, llm: pair.Second.Url);
            await pair.Cluster.UntilTrue(async () =>
            {
                using var answer = await pair.Cluster.Client.Chat();
                return pair.Home.Requests.Count > 0 && pair.Second.Requests.Count > 0;
            });
            return pair;
        }

        /// <summary>What both servers do from now on.</summary>
        public void Answer(LlmScript script)
        {
            foreach (var server in new[] { Home, Second })
            {
                server.Script = exchange =>
                {
                    Last = server;
                    return script(exchange);
                };
            }
        }

        public Task StopConnectorOf(ScriptedLlmServer? server) => _connectors[server!].Stop().OrHang();

        public async ValueTask DisposeAsync()
        {
            await Cluster.DisposeAsync();
            await Home.DisposeAsync();
            await Second.DisposeAsync();
        }
    }
}
