using System.Globalization;
using System.Net;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Connector.Lan;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.EndToEnd.Tests.Access;

/// <summary>The owner of a connector's machine pauses sharing, or shares at certain hours only.</summary>
public sealed class SharingTests
{
    [Fact]
    public async Task Paused_connector_gets_nothing_new_finishes_what_runs_and_resumes()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Access = "# mine\n" });
        var editor = new AccessFileEditor(cluster.ConnectorData, TimeProvider.System);
        using var running = await cluster.Client.Chat(stream: true);

        Assert.True((await editor.Pause(cancel)).IsDone);
        await UntilListed(cluster, false);

        foreach (var (dialect, status) in new[] { ("v1/chat/completions", 503), ("v1/messages", 529) })
        {
            using var refused = await cluster.Client.Post(dialect, """{"model":"test-model","max_tokens":1,"messages":[{"role":"user","content":"Hi"}]}""");
            Assert.Equal((status, "60", "false"), ((int)refused.StatusCode, refused.Header("retry-after"), refused.Header("x-should-retry")));
            Assert.Contains("paused", await refused.Text(), StringComparison.Ordinal);
        }

        using var one = await cluster.Client.GetAsync("v1/models/test-model", cancel);
        await ErrorAssert.Is(one, 503, "server_error", "sharing_paused");
        Assert.Contains("\"state\": \"paused\"", await Status(cluster), StringComparison.Ordinal);
        gate.Release(3);
        await using (var events = await running.Events())
            Assert.Equal("[DONE]", (await events.Rest())[^1]);

        Assert.True((await editor.Resume(cancel)).IsDone);
        await UntilListed(cluster, true);
        llm.Script = LlmScripts.Completion();
        using var served = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Equal("# mine\npaused: false\n", await File.ReadAllTextAsync(editor.Path, cancel));
        Assert.Contains("\"state\": \"open\"", await Status(cluster), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_one_connector_is_paused_another_serves_and_models_that_only_it_has_are_not_listed()
    {
        using var data = new TemporaryFolder();
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", "its-own"] };
        await using var second = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Access = "", KnowsSecondConnector = true });
        await cluster.StartConnector(cluster.SecondToken, llm: second.Url, data: data.Path);

        cluster.WriteAccess("paused: true\n");
        await UntilListed(cluster, false, "its-own");

        for (var i = 0; i < 5; i++)
        {
            using var answer = await cluster.Client.Chat();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal((0, 5), (llm.Requests.Count, second.Requests.Count));
        using var refused = await cluster.Client.Chat(model: "its-own");
        await ErrorAssert.Is(refused, 503, "server_error", "sharing_paused");
    }

    [Fact]
    public async Task Whom_one_owner_does_not_serve_another_does()
    {
        using var data = new TemporaryFolder();
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var second = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Access = "not_users: [alice]\n", KnowsSecondConnector = true });
        using (var alone = await cluster.Client.Chat())
        {
            await ErrorAssert.Is(alone, 403, "permission_error", "not_allowed_here");
            // Between the halves; a client has the error.
            Assert.Equal("", alone.Header("x-remotellm-unshared"));
        }

        await cluster.StartConnector(cluster.SecondToken, llm: second.Url, data: data.Path);
        await cluster.BrokerLogs.Until("Channel up second");
        await cluster.UntilTrue(async () =>
        {
            using var answer = await cluster.Client.Chat();
            return answer.StatusCode == HttpStatusCode.OK;
        });
        for (var i = 0; i < 5; i++)
        {
            using var answer = await cluster.Client.Chat();
            Assert.Equal((HttpStatusCode.OK, ""), (answer.StatusCode, answer.Header("x-remotellm-unshared")));
        }

        Assert.Empty(llm.Requests);
    }

    [Fact]
    public async Task Request_that_the_broker_sent_before_it_knew_is_refused_by_the_connector_itself()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        using var data = new TemporaryFolder();
        data.Write("access.yaml", "paused: true\n");
        await using var broker = await StandInBroker.Start(llm.Url, NarrowedAccessTests.Everything, data.Path);

        using var answer = await broker.Chat(NarrowedAccessTests.Credential);

        await ErrorAssert.Is(answer, 503, "server_error", "sharing_paused");
        Assert.Empty(llm.Requests);
        Assert.True(broker.Inventory!.Paused);
    }

    [Fact]
    public async Task Hours_close_and_open_by_the_clock_and_the_refusal_says_when()
    {
        // Sunday, 10:00.
        var time = new ManualTime();
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Access = "hours: [\"22:00-10:30\"]\n", ConnectorTime = time, BrokerTime = time });
        using (var open = await cluster.Client.Chat())
            Assert.Equal(HttpStatusCode.OK, open.StatusCode);

        time.Advance(TimeSpan.FromMinutes(30) + TimeSpan.FromMilliseconds(1));
        await UntilListed(cluster, false);

        using (var closed = await cluster.Client.Chat())
        {
            var error = await ErrorAssert.Is(closed, 503, "server_error", "sharing_paused");
            Assert.Contains("2025-11-30T22:00:00Z", error.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromHours(11.5).TotalSeconds, double.Parse(closed.Header("retry-after"), CultureInfo.InvariantCulture), tolerance: 1);
        }
    }

    [Fact]
    public async Task Broken_file_at_the_start_refuses_the_start_and_later_leaves_what_was_in_force()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using (var broken = await Cluster.Start(llm.Url, new ClusterOptions { Access = "paused: maybe\n", WithoutConnector = true }))
        {
            var refused = await Assert.ThrowsAsync<SettingException>(() => broken.StartConnector());
            Assert.Contains("access.yaml:1:9: paused must be true or false. Correct it and start again.", refused.Message, StringComparison.Ordinal);
        }

        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Access = "users: [alice]\n" });
        cluster.WriteAccess("users: [alice\n");
        await cluster.Connector.Logs.Until("access.yaml not taken");
        Assert.Contains("\"problem\": \"access.yaml:2:1: ", await Status(cluster), StringComparison.Ordinal);
        using var answer = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task At_the_LAN_port_the_owners_own_keys_are_not_paused_nor_narrowed_and_the_brokers_users_are()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", "private"] };
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Access = "models: [\"test*\"]\n", Lan = LanHost.Options });
        var url = cluster.Connector.Services.GetRequiredService<LanAddress>().Urls[0];
        using var own = TestClient.Create(url, LanHost.Key);
        using var alice = TestClient.Create(url, TestUsers.AliceKey);

        Assert.Contains("private", await own.GetStringAsync("v1/models", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("private", await alice.GetStringAsync("v1/models", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using (var narrowed = await alice.Chat(model: "private"))
            await ErrorAssert.Is(narrowed, 403, "permission_error", "model_not_allowed");
        cluster.WriteAccess("paused: true\n");
        await UntilListed(cluster, false);

        using var refused = await alice.Chat();
        await ErrorAssert.Is(refused, 503, "server_error", "sharing_paused");
        using var served = await own.Chat(model: "private");
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    private static Task UntilListed(Cluster cluster, bool listed, string model = "test-model") => cluster.UntilTrue(
        async () => listed == (await cluster.Client.GetStringAsync("v1/models", TestContext.Current.CancellationToken)).Contains($"\"{model}\"", StringComparison.Ordinal));

    private static async Task<string> Status(Cluster cluster)
    {
        using var management = new HttpClient { BaseAddress = cluster.Connector.Services.GetRequiredService<ManagementAddress>().Url };
        return await management.GetStringAsync("status", TestContext.Current.CancellationToken).OrHang();
    }
}
