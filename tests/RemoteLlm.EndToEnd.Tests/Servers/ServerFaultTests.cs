using RemoteLlm.EndToEnd.Tests.Errors;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>The preferred of two servers fails before the first byte: the client gets its answer from the other one.</summary>
public sealed class ServerFaultTests
{
    public static TheoryData<ServerFault, Work> All
    {
        get
        {
            var data = new TheoryData<ServerFault, Work>();
            foreach (var fault in Enum.GetValues<ServerFault>())
            {
                foreach (var work in Enum.GetValues<Work>())
                    data.Add(fault, work);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Client_gets_its_answer_from_the_other_server(ServerFault fault, Work work)
    {
        await using var home = new ScriptedLlmServer(ServerFaults.Script(fault));
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(home, other);
        if (fault == ServerFault.Refuses)
            home.Refuse();

        using var answer = await cluster.Client.Ask(work);

        await answer.AssertGood("other");
        Assert.NotEmpty(answer.Header("x-request-id"));
        var asked = home.Asked().Count;
        // A connection that broke before a byte may have been a kept one that was dead: that is told by a new one.
        Assert.True(asked == 1 || (fault, asked) is (ServerFault.Refuses, 0) or (ServerFault.ClosesAtOnce, 2), $"asked {asked} times");
        Assert.Single(other.Asked());
        await cluster.Connector.Logs.Until("Request ", " 200 ", " other test-model ");
    }

    [Theory]
    [InlineData(Dialect.OpenAi)]
    [InlineData(Dialect.Anthropic)]
    [InlineData(Dialect.Ollama)]
    public async Task When_both_fail_the_last_ones_failure_is_told_in_the_clients_language(Dialect dialect)
    {
        await using var home = new ScriptedLlmServer(ServerFaults.Script(ServerFault.Json500));
        await using var other = new ScriptedLlmServer(ServerFaults.Script(ServerFault.Html502));
        await using var cluster = await Start(home, other);

        using var answer = await cluster.Client.ChatIn(dialect);

        await DialectChat.AssertIs(answer, dialect, 502, "upstream_error");
        Assert.Equal("other", answer.Header("x-remotellm-server"));
        Assert.Equal((1, 1), (home.Asked().Count, other.Asked().Count));
        await cluster.Connector.Logs.Until("Request ", " 502 upstream_error ", " other test-model unreadable ");
    }

    [Fact]
    public async Task Server_that_answers_429_rests_as_long_as_it_asks()
    {
        await using var home = new ScriptedLlmServer(ServerFaults.Script(ServerFault.RateLimited429));
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        var time = new ManualTime();
        await using var cluster = await Start(home, other, time);
        await Asks(cluster, 3, "other");
        Assert.Single(home.Asked());
        home.Script = WorkScripts.Good;

        time.Advance(TimeSpan.FromSeconds(29));
        await Asks(cluster, 1, "other");
        time.Advance(TimeSpan.FromSeconds(1));

        await Asks(cluster, 1, "home");
    }

    [Fact]
    public async Task Server_that_fails_five_requests_is_passed_over_for_five_seconds_and_then_tried_by_one()
    {
        await using var home = new ScriptedLlmServer(ServerFaults.Script(ServerFault.Json500));
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        var time = new ManualTime();
        await using var cluster = await Start(home, other, time);
        await Asks(cluster, 7, "other");
        Assert.Equal(5, home.Asked().Count);
        await cluster.Connector.Logs.Until("LLM server home failed too many requests");

        time.Advance(TimeSpan.FromSeconds(5));
        await Asks(cluster, 2, "other");
        Assert.Equal(6, home.Asked().Count);

        home.Script = WorkScripts.Good;
        time.Advance(TimeSpan.FromSeconds(5));
        await Asks(cluster, 2, "home");
        await cluster.Connector.Logs.Until("LLM server home answers again");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_that_breaks_off_is_told_of_and_never_begun_again(bool reset)
    {
        await using var home = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders();
            await exchange.SendEvent(LlmScripts.Delta("one"));
            if (reset)
                exchange.Cut();
            else
                exchange.Close();
        });
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Start(home, other);

        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        var rest = await events.Rest();

        ErrorAssert.IsEvent(rest[^1], "server_error", "stream_interrupted");
        Assert.DoesNotContain("[DONE]", rest);
        Assert.Empty(other.Asked());
        await cluster.Connector.Logs.Until("Request ", " stream_interrupted ", " home test-model streaming ");
        home.Script = WorkScripts.Good;
        await Asks(cluster, 1, "home");
    }

    private static async Task Asks(Cluster cluster, int times, string server)
    {
        for (var i = 0; i < times; i++)
        {
            using var answer = await cluster.Client.Chat();
            await answer.AssertGood(server);
        }
    }

    private static Task<Cluster> Start(ScriptedLlmServer home, ScriptedLlmServer other, TimeProvider? time = null) => Cluster.Start(home.Url, new ClusterOptions
    {
        Servers = ServersText.Of(home.Entry("home", "\"timeouts\":{\"first_byte\":0.5,\"idle\":0.5}"), other.Entry("other", "\"priority\":1")),
        ConnectorTime = time,
    });
}
