using System.Net;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>The executable itself: both halves in processes of their own.</summary>
public sealed class ProcessTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task graceful_shutdown_of_a_process_on_SIGTERM(bool brokerFirst)
    {
        Need.That(!OperatingSystem.IsWindows(), "SIGTERM is not known to this system");
        using var folder = new TemporaryFolder();
        folder.Write("users.yaml", TestUsers.Unlimited);
        var token = ConnectorToken.Generate();
        Assert.True((await new ConnectorsFileEditor(folder.Path, TimeProvider.System).Add("home", token, TestContext.Current.CancellationToken)).IsDone);
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        const string Common = "--management-urls http://127.0.0.1:0 --data .";
        await using var broker = RemoteLlmProcess.Start($"broker --urls http://127.0.0.1:0 {Common}", folder.Path);
        var url = await broker.Address("Now listening on");
        await using var connector = RemoteLlmProcess.Start($"connector --broker {url} --llm {llm.Url} {Common}", folder.Path, ("REMOTELLM_CONNECTOR_TOKEN", token));
        await connector.Until("Channel up");
        await broker.Until("Channel up");
        await connector.Until("Control up");
        using var client = TestClient.Create(url, TestUsers.AliceKey);
        using var answer = await client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());

        var (first, second) = brokerFirst ? (broker, connector) : (connector, broker);
        first.Stop();
        await first.Until("Draining");
        await broker.Until(brokerFirst ? "Draining" : "Session draining");
        using (var refused = await client.Chat())
            await ErrorAssert.Is(refused, 503, "server_error", "connector_offline");
        gate.Release();
        Assert.Equal("two", await events.NextText());
        Assert.Equal("[DONE]", (await events.Rest())[^1]);

        Assert.Equal(0, await first.ExitCode());
        second.Stop();
        Assert.Equal(0, await second.ExitCode());
        Assert.DoesNotContain(token, broker.Output + connector.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(TestUsers.AliceKey, broker.Output + connector.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("http_proxy")]
    [InlineData("ALL_PROXY")]
    public async Task Connector_dials_through_the_proxy_of_the_environment(string variable)
    {
        using var folder = new TemporaryFolder();
        var token = ConnectorToken.Generate();
        Assert.True((await new ConnectorsFileEditor(folder.Path, TimeProvider.System).Add("home", token, TestContext.Current.CancellationToken)).IsDone);
        const string Common = "--management-urls http://127.0.0.1:0 --data .";
        await using var broker = RemoteLlmProcess.Start($"broker --urls http://127.0.0.1:0 {Common}", folder.Path);
        var port = (await broker.Address("Now listening on")).Port;
        await using var proxy = new ConnectProxy(port) { Credentials = "office:hidden word" };

        // The name resolves nowhere: only the proxy leads there.
        await using var connector = RemoteLlmProcess.Start(
            $"connector --broker http://broker.remotellm.invalid:{port} --insecure --llm http://127.0.0.1:1 {Common}", folder.Path,
            ("REMOTELLM_CONNECTOR_TOKEN", token), (variable, $"http://office:hidden%20word@127.0.0.1:{proxy.Port}"));

        await connector.Until("Control up");
        await connector.Until("Channel up");
        Assert.All(proxy.Asked, asked => Assert.Equal($"CONNECT broker.remotellm.invalid:{port} HTTP/1.1", asked));
        Assert.DoesNotContain("hidden", connector.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connector_refuses_plain_http_to_another_machine_in_one_line_that_says_what_to_do()
    {
        using var folder = new TemporaryFolder();
        await using var connector = RemoteLlmProcess.Start(
            "connector --broker http://llm.example.org --llm http://127.0.0.1:1", folder.Path, ("REMOTELLM_CONNECTOR_TOKEN", ConnectorToken.Generate()));

        Assert.Equal(2, await connector.ExitCode());
        Assert.Contains("--insecure", Assert.Single(connector.Output.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_once_prints_tokens_that_crossed_the_tunnel()
    {
        // In an office the environment names a proxy, which leads to everything but this machine.
        using var folder = new TemporaryFolder();
        await using var demo = RemoteLlmProcess.Start(
            "demo --once --llm replay", folder.Path, ("HTTP_PROXY", "http://127.0.0.1:1"), ("HTTPS_PROXY", "http://127.0.0.1:1"), ("ALL_PROXY", "http://127.0.0.1:1"));

        Assert.Equal(0, await demo.ExitCode());
        Assert.Matches(@"\d+ tokens crossed the tunnel; the first after \d+ ms", demo.Output);
    }
}
