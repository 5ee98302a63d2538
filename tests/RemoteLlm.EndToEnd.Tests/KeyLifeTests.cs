using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Keys and users change while everything runs.</summary>
public sealed class KeyLifeTests
{
    private static readonly TimeSpan s_liveWithin = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Key_issued_while_running_works_and_revoked_it_stops_at_both_halves_within_2_seconds()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        var editor = new UsersFileEditor(cluster.Data, TimeProvider.System);
        var key = ApiKey.Generate();
        using var client = cluster.ClientWith(key);

        var issued = Stopwatch.GetTimestamp();
        Assert.True((await editor.AddKey("carol", "laptop", key, cancel)).IsDone);
        // The moment the edge has it: a connector that is behind waits for the roster that has it, and refuses nothing.
        await cluster.BrokerLogs.Until("Roster published");
        using (var answer = await client.Chat())
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var works = Stopwatch.GetElapsedTime(issued);

        var revoked = Stopwatch.GetTimestamp();
        Assert.True((await editor.RevokeKey("laptop", "carol", cancel)).IsDone);
        // Of the two keys only Alice's is left on the connector's roster.
        await cluster.UntilTrue(() => Task.FromResult(cluster.Connector.Logs.Entries.Last(entry => entry.Says("Roster applied")).Message.EndsWith(" 1", StringComparison.Ordinal)));
        var stopped = Stopwatch.GetElapsedTime(revoked);
        using var refused = await client.Chat();
        await ErrorAssert.Is(refused, 401, "invalid_request_error", "invalid_api_key");

        TestContext.Current.TestOutputHelper?.WriteLine($"works after {works.TotalMilliseconds:0} ms, stopped after {stopped.TotalMilliseconds:0} ms");
        Assert.True(works < s_liveWithin, $"the key worked after {works}");
        Assert.True(stopped < s_liveWithin, $"the key stopped after {stopped}");
    }

    [Fact]
    public async Task Broken_users_file_is_reported_with_line_and_column_and_the_last_good_state_stays()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);

        cluster.WriteUsers("users:\n  - gitlab_username: alice\n    models: 7 of 9: wrong\n");
        var report = await cluster.BrokerLogs.Until("users.yaml not taken");
        Assert.Equal(LogLevel.Error, report.Level);
        Assert.Contains(" 3:", report.Message, StringComparison.Ordinal);
        using (var answer = await cluster.Client.Chat())
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        // We do not write over an operator's mistake either.
        var edit = await new UsersFileEditor(cluster.Data, TimeProvider.System).AddUser("dave", TestContext.Current.CancellationToken);
        Assert.False(edit.IsDone);
        Assert.Contains("users.yaml:3:", edit.Message, StringComparison.Ordinal);

        cluster.WriteUsers(TestUsers.Unlimited);
        await cluster.BrokerLogs.Until("users.yaml is good again");
    }

    [Fact]
    public async Task By_the_setting_a_user_who_is_blocked_while_running_is_refused_and_his_running_stream_finishes()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Connector = connector => connector.EndBlocked = false });
        using var running = await cluster.Client.Chat(stream: true);
        await using var events = await running.Events();

        await cluster.ChangeUsers(TestUsers.Unlimited + "    blocked: true\n");

        using var refused = await cluster.Client.Chat();
        await ErrorAssert.Is(refused, 403, "permission_error", "key_blocked");
        gate.Release(2);
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
    }
}
