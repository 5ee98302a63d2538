using System.Net;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>The pages that name models: what to put where, and how models stand.</summary>
public sealed class ConnectPageTests
{
    private const string OtherDialect = "These speak Ollama's dialect";

    private static readonly string[] s_clients = ["curl", "python", "node", "csharp", "cline", "continue", "open-webui", "opencode", "codex", "claude-code", "ollama"];

    [Fact]
    public async Task Every_client_is_told_the_real_address_and_the_chosen_model_and_no_key()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", "other-model"] };
        await using var cluster = await Cluster.Start(llm.Url, Options());
        using var browser = await PortalClient.LoggedIn(cluster, "alice");

        foreach (var client in s_clients)
        {
            var page = WebUtility.HtmlDecode(await browser.Page($"/connect?client={client}&model=other-model"));
            Assert.Contains(cluster.Url.ToString().TrimEnd('/'), page, StringComparison.Ordinal);
            Assert.Contains($"<a href=\"/connect?client={client}&model=other-model\" aria-current=\"page\">", page, StringComparison.Ordinal);
            Assert.DoesNotContain(TestUsers.AliceKey, page, StringComparison.Ordinal);
        }

        Assert.Contains("\"model\":\"other-model\"", WebUtility.HtmlDecode(await browser.Page("/connect?model=other-model")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_not_there_or_not_his_is_not_put_into_a_snippet()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", "secret"] };
        await using var cluster = await Cluster.Start(llm.Url, Options(TestUsers.Unlimited + "    models: [\"test-*\"]\n"));
        using var browser = await PortalClient.LoggedIn(cluster, "alice");

        foreach (var model in new[] { "secret", "';reboot;'", "<script>alert(1)</script>" })
        {
            var page = WebUtility.HtmlDecode(await browser.Page("/connect?model=" + Uri.EscapeDataString(model)));
            Assert.DoesNotContain(model, page, StringComparison.Ordinal);
            Assert.Contains("\"model\":\"test-model\"", page, StringComparison.Ordinal);
        }

        var models = await browser.Page("/models");
        Assert.Contains("test-model", models, StringComparison.Ordinal);
        Assert.DoesNotContain("<code>secret</code>", models, StringComparison.Ordinal);
        Assert.Contains("1 more is online and not open to you.", models, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_models_name_is_text_wherever_it_stands()
    {
        const string name = "<script>alert(1)</script>";
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", name] };
        await using var cluster = await Cluster.Start(llm.Url, Options());
        using var browser = await PortalClient.LoggedIn(cluster, "alice");

        foreach (var path in new[] { "/models", "/connect", "/connect?model=" + Uri.EscapeDataString(name) })
        {
            var page = await browser.Page(path);
            Assert.DoesNotContain(name, page, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_the_models_server_says_of_it_is_in_the_snippets()
    {
        await using var llm = OllamaScript.Server();
        await using var cluster = await Cluster.Start(llm.Url, Options());
        using var browser = await PortalClient.LoggedIn(cluster, "alice");

        // What the server says of a model may come after its name.
        await cluster.UntilTrue(async () => (await Page("claude-code")).Contains("CLAUDE_CODE_MAX_CONTEXT_TOKENS=8192", StringComparison.Ordinal));
        Assert.Contains("model_context_window = 8192", await Page("codex"), StringComparison.Ordinal);
        Assert.Contains("\"limit\": { \"context\": 8192, \"output\": 2048 }", await Page("opencode"), StringComparison.Ordinal);
        Assert.Contains("capabilities: [tool_use]", await Page("continue"), StringComparison.Ordinal);
        Assert.DoesNotContain(OtherDialect, await Page("ollama"), StringComparison.Ordinal);

        async Task<string> Page(string client) => WebUtility.HtmlDecode(await browser.Page($"/connect?client={client}&model=test-model"));
    }

    [Fact]
    public async Task Of_a_model_on_another_server_Ollamas_clients_are_warned()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, Options());
        using var browser = await PortalClient.LoggedIn(cluster, "alice");

        Assert.Contains(OtherDialect, WebUtility.HtmlDecode(await browser.Page("/connect?client=ollama&model=test-model")), StringComparison.Ordinal);
        Assert.DoesNotContain(OtherDialect, WebUtility.HtmlDecode(await browser.Page("/connect?client=curl&model=test-model")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_connector_both_pages_say_so()
    {
        await using var cluster = await Cluster.Start(new Uri("http://127.0.0.1:9"), new ClusterOptions { Broker = options => options.Portal.DevLogin = true, WithoutConnector = true });
        using var browser = await PortalClient.LoggedIn(cluster, "alice");

        Assert.Contains("No model is online", await browser.Page("/models"), StringComparison.Ordinal);
        Assert.Contains("None is online now", await browser.Page("/connect"), StringComparison.Ordinal);
    }

    private static ClusterOptions Options(string? users = null) => new() { Broker = options => options.Portal.DevLogin = true, Users = users };
}
