using System.Diagnostics;
using System.Net;
using RemoteLlm.Broker.Portal;
using RemoteLlm.Testing.GitLab;

namespace RemoteLlm.Browser.Tests;

/// <summary>From nothing to a key that works, and the pages of those who do not get that far.</summary>
public sealed class FirstLoginTests(Chromium chromium)
{
    [Fact]
    public async Task A_login_at_GitLab_leads_to_a_key_that_the_API_takes()
    {
        await using var gitLab = await FakeGitLab.Start();
        (gitLab.User, gitLab.AgreesAtOnce) = (new FakeGitLabUser(7, "dora"), false);
        await using var stage = await Open(gitLab);
        await using var dora = await stage.Visit();
        var began = Stopwatch.GetTimestamp();

        await dora.Go("/");
        await dora.Page.GetByRole(AriaRole.Link, new() { Name = "Log in with GitLab" }).ClickAsync();
        await dora.Page.GetByRole(AriaRole.Button, new() { Name = "Authorize" }).ClickAsync();
        await Assertions.Expect(dora.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("dora");
        var key = await Copied(dora, "Copy key");
        Assert.StartsWith("sk-", key, StringComparison.Ordinal);
        Assert.Equal($"{stage.Cluster.Url}v1", await Copied(dora, "Copy base URL"));
        Assert.Contains(key, await Copied(dora, "Copy curl command"), StringComparison.Ordinal);
        using var client = stage.Cluster.ClientWith(key);
        using var answer = await client.Chat();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        TestContext.Current.TestOutputHelper?.WriteLine($"from the first page to the answer: {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        foreach (var screen in Screen.All)
        {
            await dora.Use(screen);
            await dora.Take("welcome", screen);
            Assert.Empty(await dora.Page.SeriousIssues());
        }

        // Shown once: not again by a reload, and in no later page.
        await dora.Go("/");
        await dora.Go("/keys");
        Assert.DoesNotContain(key, await dora.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_declines_waits_is_blocked_or_finds_GitLab_down_reads_so()
    {
        await using var gitLab = await FakeGitLab.Start();
        (gitLab.User, gitLab.AgreesAtOnce) = (new FakeGitLabUser(8, "wanda"), false);
        await using var stage = await Open(gitLab, TestUsers.Unlimited + "  - gitlab_username: bob\n    gitlab_id: 9\n    blocked: true\n");
        await using var visitor = await stage.Visit();

        await LogIn(visitor, "Deny");
        await Look(visitor, "You did not let us in", "login-denied");
        await LogIn(visitor, "Authorize");
        await Look(visitor, "Almost there", "login-pending");

        await using var bob = await stage.Visit();
        gitLab.User = new FakeGitLabUser(9, "bob");
        await LogIn(bob, "Authorize");
        await Look(bob, "You are blocked", "login-blocked");
        gitLab.Trouble = FakeGitLabTrouble.TokenFails;
        await LogIn(bob, "Authorize");
        await Look(bob, "GitLab does not answer", "login-gitlab-down");
    }

    private Task<PortalStage> Open(FakeGitLab gitLab, string? users = null) => PortalStage.Open(chromium, LlmScripts.Completion(), new ClusterOptions
    {
        Users = users,
        Broker = broker =>
        {
            var portal = broker.Portal;
            (portal.GitLabUrl, portal.GitLabClientId, portal.GitLabClientSecret) = (gitLab.Url, FakeGitLab.ClientId, FakeGitLab.ClientSecret);
            portal.SessionSecret = "a session secret of tests, long enough";
            portal.AllowedUsers = users is null ? ["dora"] : [];
            portal.Approval = users is null ? SignUpApproval.Auto : SignUpApproval.Manual;
        },
    });

    private static async Task LogIn(Visitor visitor, string decision)
    {
        visitor.Expect(403, 502, 503);
        await visitor.Page.GotoAsync("/login");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Log in with GitLab" }).ClickAsync();
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = decision }).ClickAsync();
    }

    private static async Task Look(Visitor visitor, string title, string called)
    {
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(title);
        foreach (var screen in Screen.All)
        {
            await visitor.Use(screen);
            await visitor.Take(called, screen);
            Assert.Empty(await visitor.Page.SeriousIssues());
        }
    }

    private static async Task<string> Copied(Visitor visitor, string button)
    {
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        return await visitor.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
    }
}
