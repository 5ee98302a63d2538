namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>Which of several servers that could serve a request does.</summary>
public sealed class ServerChoiceTests
{
    [Fact]
    public async Task Lowest_priority_is_asked_first()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(home.Entry("home", "\"priority\":5"), other.Entry("other", "\"priority\":-5"));

        for (var i = 0; i < 3; i++)
        {
            using var answer = await cluster.Client.Chat();
            await answer.AssertGood("other");
        }

        Assert.Empty(home.Asked());
    }

    [Theory]
    [InlineData("generic", "")]
    [InlineData("openai", ",\"overflow\":true")]
    public async Task What_is_too_much_for_the_first_goes_to_the_next(string kind, string more)
    {
        using var gate = new Turnstile();
        await using var home = new ScriptedLlmServer(WorkScripts.Held(gate));
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(home.Entry("home", "\"max_concurrent\":1"), other.Entry("other", $"\"priority\":1{more}", kind));
        gate.Release();
        using var first = await cluster.Client.Chat(stream: true);

        using var second = await cluster.Client.Chat();

        await second.AssertGood("other");
        gate.Release();
        await first.AssertGood("home");
        using var third = await cluster.Client.Chat();
        await third.AssertGood("home");
    }

    [Theory]
    [InlineData("openai", "")]
    [InlineData("openrouter", "")]
    [InlineData("generic", ",\"overflow\":false")]
    public async Task What_is_too_much_for_the_first_waits_where_the_next_costs_money(string kind, string more)
    {
        using var gate = new Turnstile();
        await using var home = new ScriptedLlmServer(WorkScripts.Held(gate));
        await using var paid = new ScriptedLlmServer(WorkScripts.Good) { Models = ["test-model", "paid-model"] };
        await using var cluster = await Start(home.Entry("home", "\"max_concurrent\":1"), paid.Entry("paid", $"\"priority\":1{more}", kind));
        await cluster.UntilServed("paid-model");
        gate.Release();
        using var first = await cluster.Client.Chat(stream: true);
        var waiting = cluster.Client.Chat();
        // Sent behind it, and answered: by now it is known where that one goes.
        using var behind = await cluster.Client.Chat(model: "paid-model");
        await behind.AssertGood("paid");

        gate.Release();

        await first.AssertGood("home");
        using var second = await waiting.OrHang();
        await second.AssertGood("home");
        Assert.Single(paid.Asked());
    }

    [Fact]
    public async Task Conversation_stays_with_its_server_while_that_has_a_free_slot()
    {
        const string Path = "v1/chat/completions";
        using var gate = new Turnstile();
        await using var one = new ScriptedLlmServer(WorkScripts.Held(gate));
        await using var two = new ScriptedLlmServer(WorkScripts.Held(gate));
        await using var cluster = await Start(one.Entry("one", "\"max_concurrent\":1"), two.Entry("two", "\"max_concurrent\":1"));
        using var begun = await cluster.Client.Post(Path, TestClient.ChatBody(content: "Ours"));
        var server = begun.Header("x-remotellm-server");

        for (var i = 0; i < 4; i++)
        {
            using var foreign = await cluster.Client.Chat();
            using var ours = await cluster.Client.Post(Path, TestClient.ChatBody(content: "Ours"));
            await ours.AssertGood(server);
        }

        gate.Release();
        using var running = await cluster.Client.Post(Path, TestClient.ChatBody(stream: true, content: "Ours"));
        using var elsewhere = await cluster.Client.Post(Path, TestClient.ChatBody(content: "Ours"));
        await elsewhere.AssertGood(server == "one" ? "two" : "one");
        gate.Release();
        await running.AssertGood(server);
    }

    private static Task<Cluster> Start(params string[] entries) => Cluster.Start(new Uri("http://localhost"), new ClusterOptions { Servers = ServersText.Of(entries) });
}
