using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary><c>servers.json</c> is edited while the connector works.</summary>
public sealed class LiveServersTests
{
    [Theory]
    [InlineData("add")]
    [InlineData("edit")]
    [InlineData("remove")]
    [InlineData("break")]
    public async Task Stream_that_runs_notices_nothing(string change)
    {
        using var gate = new Turnstile();
        await using var home = new ScriptedLlmServer(WorkScripts.Held(gate));
        await using var other = new ScriptedLlmServer(WorkScripts.Good) { Models = ["other-model"] };
        await using var cluster = await Cluster.Start(home.Url, new ClusterOptions { Servers = ServersText.Of(home.Entry("home")) });
        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());

        switch (change)
        {
            case "add":
                cluster.WriteServers(ServersText.Of(home.Entry("home"), other.Entry("other")));
                await cluster.UntilServed("other-model");
                break;
            case "edit":
                cluster.WriteServers(ServersText.Of(home.Entry("home", "\"aliases\":{\"edited\":\"test-model\"},\"max_concurrent\":2")));
                await cluster.UntilServed("edited");
                break;
            case "remove":
                cluster.WriteServers(ServersText.Of(other.Entry("other")));
                await cluster.UntilServed("other-model");
                using (var gone = await cluster.Client.Chat())
                    Assert.False(gone.IsSuccessStatusCode);
                break;
            default:
                cluster.WriteServers("{\"servers\":[\n{\"name\":");
                await cluster.Connector.Logs.Until("servers.json not taken");
                break;
        }

        gate.Release();
        var rest = await events.Rest();
        Assert.Equal("[DONE]", rest[^1]);
        Assert.Contains(rest, data => data.Contains("two", StringComparison.Ordinal));
        Assert.Single(home.Asked());
    }

    [Fact]
    public async Task Server_that_was_removed_gets_no_new_request_and_a_new_one_gets_them()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var other = new ScriptedLlmServer(WorkScripts.Good) { Models = ["test-model", "other-model"] };
        await using var cluster = await Cluster.Start(home.Url, new ClusterOptions { Servers = ServersText.Of(home.Entry("home")) });
        using var before = await cluster.Client.Chat();
        await before.AssertGood("home");

        cluster.WriteServers(ServersText.Of(other.Entry("other")));
        await cluster.UntilServed("other-model");

        foreach (var work in Enum.GetValues<Work>())
        {
            using var answer = await cluster.Client.Ask(work);
            await answer.AssertGood("other");
        }

        Assert.Single(home.Asked());
    }

    [Fact]
    public async Task Broken_file_is_told_with_its_line_and_changes_nothing()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Cluster.Start(home.Url, new ClusterOptions { Servers = ServersText.Of(home.Entry("home")) });

        cluster.WriteServers(ServersText.Of(home.Entry("home"), home.Entry("second", "\"priority\":5000")));

        await cluster.Connector.Logs.Until("servers.json not taken", " 3:", "priority");
        using var meanwhile = await cluster.Client.Chat();
        await meanwhile.AssertGood("home");
        cluster.WriteServers(ServersText.Of(home.Entry("home", "\"aliases\":{\"mended\":\"test-model\"}")));
        await cluster.Connector.Logs.Until("servers.json is good again");
        await cluster.UntilServed("mended");
        using var after = await cluster.Client.Chat(model: "mended");
        await after.AssertGood("home");
    }

    [Fact]
    public async Task Server_without_its_key_is_passed_over_and_readiness_says_why()
    {
        await using var home = new ScriptedLlmServer(WorkScripts.Good);
        await using var other = new ScriptedLlmServer(WorkScripts.Good);
        await using var cluster = await Cluster.Start(home.Url, new ClusterOptions
        {
            Servers = ServersText.Of(home.Entry("home", "\"api_key_env\":\"REMOTELLM_TEST_KEY_THAT_IS_NOT_SET\""), other.Entry("other", "\"priority\":1")),
        });

        using var answer = await cluster.Client.Chat();

        await answer.AssertGood("other");
        Assert.Empty(home.Asked());
        using var management = TestClient.Create(cluster.Connector.Services.GetRequiredService<ManagementAddress>().Url!, key: null);
        using var ready = await management.Ask(new HttpRequestMessage(HttpMethod.Get, "ready"));
        var text = await ready.Text();
        Assert.Contains("REMOTELLM_TEST_KEY_THAT_IS_NOT_SET", text, StringComparison.Ordinal);
        Assert.Contains("home", text, StringComparison.Ordinal);
    }
}
