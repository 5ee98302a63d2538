using System.Net;
using RemoteLlm.Testing.GitLab;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>What may go wrong between the click on "Log in with GitLab" and the return, by accident or by somebody's will.</summary>
public sealed class GitLabLoginTests
{
    [Fact]
    public async Task A_login_is_begun_with_state_S256_and_the_callback_of_the_public_address()
    {
        await using var stage = await GitLabStage.Start(options => options.Portal.PublicUrl = new Uri("https://llm.example.org"));
        stage.GitLab.RedirectUris.Add("https://llm.example.org/login/gitlab/callback");
        using var browser = stage.NewBrowser();
        browser.Host = "llm.example.org:8443";

        using var answer = await stage.Login(browser);

        Assert.Equal("/pending", answer.Headers.Location?.ToString());
        var asked = stage.GitLab.LastAuthorize;
        Assert.Equal("https://llm.example.org/login/gitlab/callback", asked["redirect_uri"]);
        Assert.Equal("S256", asked["code_challenge_method"]);
        Assert.NotEmpty(asked["state"]);
        Assert.Equal("read_user", asked["scope"]);
    }

    [Fact]
    public async Task A_forged_state_is_refused()
    {
        await using var stage = await GitLabStage.Start();
        using var browser = stage.NewBrowser();
        var callback = await stage.CallbackOf(browser);

        using var forged = await browser.Get(callback[..callback.IndexOf("&state=", StringComparison.Ordinal)] + "&state=forged");
        using var none = await browser.Get(callback[..callback.IndexOf("&state=", StringComparison.Ordinal)]);

        await AssertRefused(browser, forged);
        await AssertRefused(browser, none);
        Assert.Equal(0, stage.GitLab.Tokens);
    }

    [Fact]
    public async Task Another_browsers_callback_is_refused()
    {
        await using var stage = await GitLabStage.Start();
        using var attacker = stage.NewBrowser();
        using var victim = stage.NewBrowser();
        var callback = await stage.CallbackOf(attacker);

        using var bare = await victim.Get(callback);
        await AssertRefused(victim, bare);

        await stage.CallbackOf(victim);
        using var begun = await victim.Get(callback);
        await AssertRefused(victim, begun);
        Assert.Equal(0, stage.GitLab.Tokens);
    }

    [Fact]
    public async Task A_replayed_code_is_refused_with_the_cookie_of_its_login_and_without()
    {
        await using var stage = await GitLabStage.Start();
        using var browser = stage.NewBrowser();
        var callback = await stage.CallbackOf(browser);
        using var thief = stage.NewBrowser();
        foreach (var (name, value) in browser.Cookies)
            thief.Cookies[name] = value;

        using (var first = await browser.Get(callback))
            Assert.Equal("/pending", first.Headers.Location?.ToString());

        using var withCookie = await thief.Get(callback);
        await AssertRefused(thief, withCookie);
        // The one who is logged in, and only reloads the page, goes on.
        using var reloaded = await browser.Get(callback);
        Assert.Equal("/", reloaded.Headers.Location?.ToString());
        Assert.Equal(1, stage.GitLab.Tokens);
    }

    [Fact]
    public async Task Who_declines_at_GitLab_is_told_so_and_is_not_known()
    {
        await using var stage = await GitLabStage.Start();
        using var browser = stage.NewBrowser();
        var callback = await stage.CallbackOf(browser);

        using var answer = await browser.Get("/login/gitlab/callback?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E" + callback[callback.IndexOf("&state=", StringComparison.Ordinal)..]);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var page = await answer.Text();
        Assert.Contains("declined", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)", page, StringComparison.Ordinal);
        Assert.Equal("users: []\n", stage.UsersFile);
    }

    [Theory]
    [InlineData(FakeGitLabTrouble.TokenFails, HttpStatusCode.BadGateway, "GitLab does not answer")]
    [InlineData(FakeGitLabTrouble.UserFails, HttpStatusCode.BadGateway, "GitLab does not answer")]
    [InlineData(FakeGitLabTrouble.UserInfoFails, HttpStatusCode.BadGateway, "GitLab does not answer")]
    [InlineData(FakeGitLabTrouble.TokenHangs, HttpStatusCode.BadGateway, "GitLab does not answer")]
    [InlineData(FakeGitLabTrouble.UserIsNoJson, HttpStatusCode.BadRequest, "That login did not work")]
    [InlineData(FakeGitLabTrouble.SecretRefused, HttpStatusCode.BadRequest, "That login did not work")]
    public async Task A_GitLab_in_trouble_makes_a_page_that_says_so_and_keys_work_on(FakeGitLabTrouble trouble, HttpStatusCode status, string says)
    {
        await using var stage = await GitLabStage.Start(
            options =>
            {
                options.Portal.AllowedGroups = ["acme"];
                options.Portal.GitLabTimeout = trouble == FakeGitLabTrouble.TokenHangs ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromSeconds(25);
            },
            TestUsers.Unlimited);
        stage.GitLab.User = new FakeGitLabUser(7, "carol", "acme");
        using var browser = stage.NewBrowser();
        var callback = await stage.CallbackOf(browser);
        stage.GitLab.Trouble = trouble;

        using var answer = await browser.Get(callback);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(says, await answer.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Cluster.BrokerLogs.Entries, entry => entry.Says(FakeGitLab.ClientSecret));
        using var models = await stage.Cluster.Client.GetAsync("v1/models", TestContext.Current.CancellationToken).OrHang();
        Assert.Equal(HttpStatusCode.OK, models.StatusCode);

        stage.GitLab.Trouble = FakeGitLabTrouble.None;
        using var next = await stage.Login(browser);
        Assert.Equal("/pending", next.Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_GitLab_that_is_not_there_makes_the_same_page()
    {
        await using var stage = await GitLabStage.Start();
        using var browser = stage.NewBrowser();
        var callback = await stage.CallbackOf(browser);
        await stage.GitLab.Stop().OrHang();

        using var answer = await browser.Get(callback);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("GitLab does not answer", await answer.Text(), StringComparison.Ordinal);
    }

    private static async Task AssertRefused(PortalClient browser, HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("That login did not work", await answer.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("remotellm", browser.Cookies.Keys);
        using var home = await browser.Get("/");
        Assert.Equal("/login", home.Headers.Location?.ToString());
    }
}
