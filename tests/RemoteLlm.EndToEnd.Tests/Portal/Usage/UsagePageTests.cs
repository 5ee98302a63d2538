using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Keys;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.EndToEnd.Tests.Ledger;

namespace RemoteLlm.EndToEnd.Tests.Portal.Usage;

/// <summary>The usage page and its table.</summary>
public sealed class UsagePageTests
{
    private const string Script = "<script>alert(1)</script>";

    private static readonly Uri s_noLlm = new("http://127.0.0.1:9");

    [Fact]
    public async Task A_request_is_on_the_page_as_soon_as_it_is_settled()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Broker = options => options.Portal.DevLogin = true });
        using var browser = await PortalClient.LoggedIn(cluster, "alice");
        Assert.Contains("Nothing used in these days", await browser.Page("/usage"), StringComparison.Ordinal);

        using (await cluster.Client.Chat())
            await UntilShown(browser, "test-model").OrHang();

        var page = await browser.Page("/usage?days=7");
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("The same in figures", page, StringComparison.Ordinal);
        Assert.Contains(",alice,test-model,", await browser.Page("/usage.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_renamed_takes_its_usage_along_and_one_that_gets_its_name_begins_with_none()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Broker = options => options.Portal.DevLogin = true,
            Users = $"users:\n  - gitlab_username: alice\n    keys:\n      - {{name: laptop, api_key: {TestUsers.AliceKey}}}\n",
        });
        using var browser = await PortalClient.LoggedIn(cluster, "alice");
        using (await cluster.Client.Chat())
            await UntilShown(browser, "test-model").OrHang();
        var key = cluster.Broker.GetRequiredService<AccessFiles>().Users.FindUser("alice")!.Keys.Single();
        var id = cluster.Broker.GetRequiredService<BillingProofs>().KeyId(key);
        Assert.Equal((key.Name, id), ((await LedgerLines.Wait(cluster.Data, 1))[0].GetProperty("key").GetString(), (await LedgerLines.Wait(cluster.Data, 1))[0].GetProperty("key_id").GetString()));

        using (var renamed = await browser.Post("/keys/" + KeyId.Of(key.Digest), ("do", "rename"), ("name", "desk")))
            Assert.Equal(HttpStatusCode.Found, renamed.StatusCode);
        using (await browser.Post("/keys", ("name", key.Name), ("lifetime", "")))
            Assert.Contains($",test-model,desk,{id},1,0,0,", await browser.Page("/usage.csv"), StringComparison.Ordinal);

        Assert.Contains($"<a href=\"/usage?days=30&amp;key_id={id}\">desk</a>", await browser.Page("/usage"), StringComparison.Ordinal);
        Assert.Contains("Only the key <code>desk</code>", await browser.Page("/usage?key_id=" + id), StringComparison.Ordinal);
        var made = cluster.Broker.GetRequiredService<AccessFiles>().Users.FindUser("alice")!.Keys.Single(other => other.Name == key.Name);
        Assert.Contains("no use known", await browser.Page("/keys/" + KeyId.Of(made.Digest)), StringComparison.Ordinal);
        Assert.DoesNotContain("no use known", await browser.Page("/keys/" + KeyId.Of(key.Digest)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_a_name_that_was_anothers_this_morning_is_shown_nothing_of_that_ones_and_operators_see_it_apart()
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var cluster = await Cluster.Start(s_noLlm, new ClusterOptions
        {
            Broker = options => options.Portal.DevLogin = true,
            WithoutConnector = true,
            Users = TestUsers.Unlimited + string.Create(CultureInfo.InvariantCulture, $"    role: operator\n  - gitlab_username: bob\n    created_at: {now.AddSeconds(-2):yyyy-MM-dd'T'HH:mm:ss'Z'}\n"),
        });
        var history = cluster.Broker.GetRequiredService<UsageHistory>();
        history.Add(new HistoryEntry("bob", now.AddSeconds(-4), "former-model", "laptop") { PromptTokens = 1000 });
        history.Add(new HistoryEntry("bob", now, "own-model", "laptop") { PromptTokens = 1 });
        using var bob = await PortalClient.LoggedIn(cluster, "bob");
        using var operators = await PortalClient.LoggedIn(cluster, "alice");

        foreach (var page in new[] { await bob.Page("/usage"), await bob.Page("/usage.csv"), await operators.Page("/usage?user=bob") })
        {
            Assert.Contains("own-model", page, StringComparison.Ordinal);
            Assert.DoesNotContain("former-model", page, StringComparison.Ordinal);
        }

        var everybody = await operators.Page("/usage?user=*");
        Assert.Contains("former-model", everybody, StringComparison.Ordinal);
        Assert.Matches(@"<th scope=""row"">\s*bob\s*<small>before the present entry</small>", everybody);
    }

    [Fact]
    public async Task Another_ones_usage_is_for_operators()
    {
        await using var cluster = await Stage();
        Add(cluster, "bob", "bobs-model");
        using var operators = await PortalClient.LoggedIn(cluster, "alice");
        using var carol = await PortalClient.LoggedIn(cluster, "carol");

        foreach (var path in new[] { "/usage?user=bob", "/usage?user=*", "/usage.csv?user=bob", "/usage.csv?user=*" })
        {
            using var refused = await carol.Get(path);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.DoesNotContain("bobs-model", await refused.Text(), StringComparison.Ordinal);
            Assert.Contains("bobs-model", await operators.Page(path), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("bobs-model", await carol.Page("/usage?user=Carol"), StringComparison.Ordinal);
        using var nobody = new PortalClient(cluster);
        using var login = await nobody.Get("/usage.csv");
        Assert.StartsWith("/login", login.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_text_on_the_page_and_no_formulas_in_the_table()
    {
        await using var cluster = await Stage();
        Add(cluster, "alice", Script);
        Add(cluster, "alice", "=cmd|'/c calc'!A1");
        Add(cluster, "alice", "two,\"cells\"\r\n");
        using var browser = await PortalClient.LoggedIn(cluster, "alice");

        foreach (var path in new[] { "/usage", "/usage?model=" + Uri.EscapeDataString(Script), "/usage?user=" + Uri.EscapeDataString(Script), "/usage?key=" + Uri.EscapeDataString(Script) })
            Assert.DoesNotContain("<script>alert", await browser.Page(path), StringComparison.Ordinal);
        using var answer = await browser.Get("/usage.csv");
        var table = await answer.Text();
        Assert.Contains(",'=cmd|'/c calc'!A1,", table, StringComparison.Ordinal);
        Assert.Contains(",\"two,\"\"cells\"\"\r\n\",", table, StringComparison.Ordinal);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("usage-alice-", answer.Content.Headers.ContentDisposition?.FileName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Days_and_filters_that_make_no_sense_are_those_of_the_page_itself()
    {
        await using var cluster = await Stage();
        Add(cluster, "alice", "llama");
        using var browser = await PortalClient.LoggedIn(cluster, "alice");

        foreach (var days in new[] { "-1", "0", "999999999999", "thirty", "31" })
            Assert.Contains("<a href=\"/usage?days=30\" aria-current=\"page\">", await browser.Page($"/usage?days={days}&model=&key="), StringComparison.Ordinal);
    }

    // Nobody logs that a record was settled; each look is a request.
    private static async Task UntilShown(PortalClient browser, string text)
    {
        while (!(await browser.Page("/usage")).Contains(text, StringComparison.Ordinal))
            await Task.Yield();
    }

    private static Task<Cluster> Stage() => Cluster.Start(s_noLlm, new ClusterOptions
    {
        Broker = options => options.Portal.DevLogin = true,
        WithoutConnector = true,
        Users = TestUsers.Unlimited + "    role: operator\n",
    });

    private static void Add(Cluster cluster, string user, string model) =>
        cluster.Broker.GetRequiredService<UsageHistory>().Add(new HistoryEntry(user, TimeProvider.System.GetUtcNow(), model, "laptop") { PromptTokens = 1000, CompletionTokens = 10, FirstTokenMs = 200 });
}
