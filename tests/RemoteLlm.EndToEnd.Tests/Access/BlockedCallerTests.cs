using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.EndToEnd.Tests.Access;

/// <summary>A key is blocked or removed while its requests run: they end with an error that says so, at the client and at the LLM server.</summary>
public sealed class BlockedCallerTests
{
    private const string Blocked = TestUsers.Unlimited + "    blocked: true\n";
    private const string BobKey = "sk-b0b00000000000000000000000000002";

    private static readonly TimeSpan s_liveWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_closedWithin = TimeSpan.FromMilliseconds(50);

    [Theory]
    [MemberData(nameof(StreamedDialect.Names), MemberType = typeof(StreamedDialect))]
    public async Task Stream_of_a_user_who_is_blocked_ends_with_an_error_event(string name)
    {
        var dialect = StreamedDialect.Of(name);
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await dialect.SendHeaders(exchange);
            await exchange.SendChunk(dialect.Frames[0]);
            await exchange.PeerClosed;
        });
        await using var cluster = await Cluster.Start(llm.Url);
        using var answer = await cluster.Client.Post(dialect.Path[1..], dialect.Body(stream: true));
        var frames = await FrameReader.Of(answer, dialect.Delimiter);
        Assert.Equal(dialect.Frames[0], await frames.Next());
        var exchange = await llm.NextExchange();

        var blocked = Stopwatch.GetTimestamp();
        await cluster.ChangeUsers(Blocked);
        var known = Stopwatch.GetTimestamp();

        Assert.Contains("blocked", dialect.ErrorIn(await frames.Next(), "key_blocked"), StringComparison.Ordinal);
        Assert.Equal("", await frames.Rest());
        var closed = await exchange.PeerClosed.OrHang();
        TestContext.Current.TestOutputHelper?.WriteLine($"known after {Stopwatch.GetElapsedTime(blocked, known)}, closed after {Stopwatch.GetElapsedTime(known, closed)} more");
        Assert.True(Stopwatch.GetElapsedTime(blocked, closed) < s_liveWithin);
        Assert.True(Stopwatch.GetElapsedTime(known, closed) < s_closedWithin);
        await cluster.Connector.Logs.Until("Request", answer.Header("x-request-id"), " key_blocked Body None ");
        await cluster.BrokerLogs.Until("Request", answer.Header("x-request-id"), " key_blocked Body None ");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_that_has_no_answer_yet_is_refused_and_the_LLM_server_is_let_go(bool stream)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Hang());
        await using var cluster = await Cluster.Start(llm.Url);
        var asking = cluster.Client.Chat(stream);
        var exchange = await llm.NextExchange();

        await cluster.ChangeUsers(Blocked);

        using var answer = await asking;
        await ErrorAssert.Is(answer, 403, "permission_error", "key_blocked");
        await exchange.PeerClosed.OrHang();
        await cluster.Connector.Logs.Until("Request", answer.Header("x-request-id"), " 403 key_blocked Send None ");
    }

    [Fact]
    public async Task Answer_in_one_piece_that_has_begun_is_cut_off_and_never_ends_well()
    {
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders(contentType: "application/json");
            await exchange.SendChunk("{\"id\":");
            await exchange.PeerClosed;
        });
        await using var cluster = await Cluster.Start(llm.Url);
        using var answer = await cluster.Client.Chat();
        var exchange = await llm.NextExchange();

        await cluster.ChangeUsers(Blocked);

        await Assert.ThrowsAnyAsync<Exception>(async () => await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken).OrHang());
        await exchange.PeerClosed.OrHang();
        await cluster.Connector.Logs.Until("Request", answer.Header("x-request-id"), " key_blocked ");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_that_waits_in_the_queue_is_refused_and_takes_no_slot(bool removed)
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Llm = server => server.MaxConcurrent = 1,
            Users = TestUsers.Unlimited + TestUsers.Also("bob", BobKey),
        });
        using var bob = cluster.ClientWith(BobKey);
        using var running = await cluster.Client.Chat(stream: true);
        var asking = bob.Chat(stream: true);
        await UntilOneWaits(cluster);

        await cluster.ChangeUsers(TestUsers.Unlimited + (removed ? "" : TestUsers.Also("bob", BobKey, "blocked: true")));

        using var answer = await asking;
        await ErrorAssert.Is(answer, 403, "permission_error", "key_blocked");
        await cluster.Connector.Logs.Until("Request", answer.Header("x-request-id"), " 403 key_blocked Send None ");
        gate.Release(2);
        await using var events = await running.Events();
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
        Assert.Single(llm.Requests);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("user")]
    [InlineData("owner")]
    public async Task Whose_key_is_removed_or_whom_the_owner_serves_no_more_ends_and_others_go_on(string change)
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Access = "", Users = TestUsers.Unlimited + TestUsers.Also("bob", BobKey) });
        using var bob = cluster.ClientWith(BobKey);
        using var of = await bob.Chat(stream: true);
        using var other = await cluster.Client.Chat(stream: true);
        await using var events = await of.Events();
        gate.Release(2);
        Assert.Equal("one", await events.NextText());

        if (change == "owner")
            cluster.WriteAccess("not_users: [bob]\n");
        else
            await cluster.ChangeUsers(TestUsers.Unlimited + (change == "user" ? "" : "  - gitlab_username: bob\n"));

        ErrorAssert.IsEvent(await events.Next(), "permission_error", "key_blocked");
        Assert.Null(await events.Next());
        using var again = await bob.Chat();
        await (change == "owner" ? ErrorAssert.Is(again, 403, "permission_error", "not_allowed_here") : ErrorAssert.Is(again, 401, "invalid_request_error", "invalid_api_key"));
        gate.Release(3);
        await using var others = await other.Events();
        Assert.Equal("[DONE]", (await others.Rest())[^1]);
    }

    [Fact]
    public async Task Lower_limits_hold_for_the_next_request_and_end_none()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one"));
        await using var cluster = await Cluster.Start(llm.Url);
        using var running = await cluster.Client.Chat(stream: true);

        await cluster.ChangeUsers(TestUsers.Limited(60, 1));

        using var first = await cluster.Client.Chat(stream: true);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var second = await cluster.Client.Chat();
        await ErrorAssert.Is(second, 429, "rate_limit_error", "rate_limit_exceeded");
        gate.Release(4);
        await using var events = await running.Events();
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
    }

    // Nothing is logged of it: the status is asked until it says so.
    private static async Task UntilOneWaits(Cluster cluster)
    {
        using var management = new HttpClient { BaseAddress = cluster.Connector.Services.GetRequiredService<ManagementAddress>().Url };
        await Asking().OrHang("a request that waits");

        async Task Asking()
        {
            while (!(await management.GetStringAsync("status", TestContext.Current.CancellationToken)).Contains("\"waiting\": 1", StringComparison.Ordinal))
            {
            }
        }
    }
}
