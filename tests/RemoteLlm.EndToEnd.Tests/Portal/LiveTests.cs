using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>Open pages are told that something has changed: those of our own, of somebody who is logged in, about what he may see, and only as long as that is so.</summary>
public sealed class LiveTests : IAsyncLifetime
{
    private readonly ScriptedLlmServer _llm = new(LlmScripts.Completion());
    private Cluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await Cluster.Start(_llm.Url, PortalStage.Options);

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _llm.DisposeAsync();
    }

    [Fact]
    public async Task Operators_page_is_told_of_a_request()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var page = await Connect(olga);
        Assert.Null(await page.Follow(await olga.Token(), "requests"));

        using var answer = await _cluster.Client.Chat();

        Assert.Equal("requests", await page.Changed());
    }

    [Fact]
    public async Task User_may_follow_models_and_nothing_that_is_operators()
    {
        using var alice = await PortalClient.LoggedIn(_cluster, "alice");
        using var page = await Connect(alice);
        var token = await alice.Token();

        Assert.Null(await page.Follow(token, "models"));
        foreach (var subject in new[] { "requests", "users", "connectors", "enrolments", "nothing", "" })
            Assert.Contains("nothing of that name", await page.Follow(token, "models", subject), StringComparison.Ordinal);

        using var second = await Connect(alice);
        await _cluster.Connector.Stop().OrHang();
        Assert.Equal("models", await page.Changed());
    }

    [Fact]
    public async Task Broker_that_stops_lets_no_page_dial_again()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var page = await Connect(olga);

        // The host does the rest only once its program asks for it: here it goes on listening, as for the moment before it is stopped.
        _cluster.Broker.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await page.Ended();
        var (again, status) = await LivePage.Connect(_cluster, olga);
        using (again)
            Assert.Equal(HttpStatusCode.TooManyRequests, status);
    }

    [Fact]
    public async Task Page_without_the_form_token_of_its_login_follows_nothing()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var alice = await PortalClient.LoggedIn(_cluster, "alice");
        foreach (var token in new[] { "", "nonsense", await alice.Token() })
        {
            using var page = await Connect(olga);
            Assert.NotNull(await page.Follow(token, "requests"));
            await page.Ended();
        }
    }

    [Theory]
    [InlineData("https://evil.example.org")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Page_of_another_site_is_not_connected(string origin)
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        Assert.Equal(HttpStatusCode.Forbidden, (await LivePage.Connect(_cluster, olga, origin)).Status);
    }

    [Fact]
    public async Task Nobody_who_is_not_logged_in_is_connected()
    {
        using var nobody = new PortalClient(_cluster);
        Assert.Equal(HttpStatusCode.Unauthorized, (await LivePage.Connect(_cluster, nobody)).Status);
        using var answer = await nobody.Get("/live");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("/live/")]
    [InlineData("/LIVE/")]
    [InlineData("/live/negotiate")]
    public async Task No_other_spelling_of_the_path_leads_past_the_gate(string path)
    {
        using var nobody = new PortalClient(_cluster);
        Assert.Equal(HttpStatusCode.Unauthorized, (await LivePage.Connect(_cluster, nobody, path: path)).Status);
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        Assert.Equal(HttpStatusCode.Forbidden, (await LivePage.Connect(_cluster, olga, "https://evil.example.org", path)).Status);
        using var answer = await nobody.PostWithout(path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("    role: operator\n    blocked: true\n")]
    [InlineData("")]
    public async Task Connection_ends_when_its_user_is_blocked_or_is_no_operator_any_more(string fields)
    {
        using var oscar = await PortalClient.LoggedIn(_cluster, "oscar");
        using var page = await Connect(oscar);
        Assert.Null(await page.Follow(await oscar.Token(), "users"));

        _cluster.WriteUsers(PortalStage.Users.Replace("  - gitlab_username: oscar\n    role: operator\n", "  - gitlab_username: oscar\n" + fields, StringComparison.Ordinal));

        await page.Ended();
    }

    [Fact]
    public async Task Connection_ends_with_its_login_and_those_of_other_logins_go_on()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var elsewhere = await PortalClient.LoggedIn(_cluster, "olga");
        using var page = await Connect(olga);
        using var other = await Connect(elsewhere);
        Assert.Null(await other.Follow(await elsewhere.Token(), "requests"));

        using var logout = await olga.Post("/logout");

        await page.Ended();
        using var answer = await _cluster.Client.Chat();
        Assert.Equal("requests", await other.Changed());
    }

    [Fact]
    public async Task One_login_has_a_few_connections_and_no_more()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var other = await PortalClient.LoggedIn(_cluster, "olga");
        var pages = new List<LivePage>();
        try
        {
            for (var i = 0; i < 8; i++)
                pages.Add(await Connect(olga));
            Assert.Equal(HttpStatusCode.TooManyRequests, (await LivePage.Connect(_cluster, olga)).Status);
            using var another = await Connect(other);
        }
        finally
        {
            pages.ForEach(page => page.Dispose());
        }
    }

    [Fact]
    public async Task Message_that_is_too_large_ends_the_connection()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var page = await Connect(olga);
        await page.Follow(new string('x', 5_000), "requests");
        await page.Ended();
    }

    private async Task<LivePage> Connect(PortalClient browser)
    {
        var (page, status) = await LivePage.Connect(_cluster, browser);
        Assert.True(page is not null, $"refused with {(int)status}");
        return page;
    }
}
