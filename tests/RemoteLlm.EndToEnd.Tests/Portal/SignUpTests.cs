using System.Net;
using System.Text.RegularExpressions;
using RemoteLlm.Broker.Portal;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Testing.GitLab;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>Who may come, by GitLab, and what becomes of him.</summary>
public sealed partial class SignUpTests
{
    [Fact]
    public async Task The_first_login_ends_on_a_page_with_a_key_that_works_and_that_no_later_page_shows()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var stage = await GitLabStage.Start(
            options => (options.Portal.AllowedUsers, options.Portal.Approval) = (["alice"], SignUpApproval.Auto), TestUsers.Limited(0, 10).Replace("gitlab_username: alice", "gitlab_username: someone"), llm.Url);
        stage.GitLab.User = new FakeGitLabUser(7, "alice");
        using var browser = stage.NewBrowser();

        using var answer = await stage.Login(browser);

        var page = await answer.Text();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
        var key = Key().Match(page).Value;
        Assert.Contains("/v1/chat/completions", page, StringComparison.Ordinal);
        Assert.Contains("/v1</code>", page, StringComparison.Ordinal);
        using var client = stage.Cluster.ClientWith(key);
        using (var chat = await client.Chat())
            Assert.Equal(HttpStatusCode.OK, chat.StatusCode);

        Assert.DoesNotContain(key, await browser.Page("/"), StringComparison.Ordinal);
        using (var again = await stage.Login(browser))
            Assert.Equal((HttpStatusCode.Found, "/"), (again.StatusCode, again.Headers.Location?.ToString()));
        Assert.Contains("gitlab_id: 7", stage.UsersFile, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(stage.Cluster.Data, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            Assert.DoesNotContain(key, AtomicFile.ReadText(file), StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Cluster.BrokerLogs.Entries, entry => entry.Says(key));
    }

    [Fact]
    public async Task With_no_list_whoever_comes_waits_and_has_the_first_key_after_approval()
    {
        await using var stage = await GitLabStage.Start();
        stage.GitLab.User = new FakeGitLabUser(7, "alice");
        using var browser = stage.NewBrowser();

        using (var answer = await stage.Login(browser))
            Assert.Equal("/pending", answer.Headers.Location?.ToString());
        Assert.Contains("approve", await browser.Page("/pending"), StringComparison.Ordinal);
        using (var home = await browser.Get("/"))
            Assert.Equal("/pending", home.Headers.Location?.ToString());
        using (var key = await browser.Post("/welcome"))
            Assert.Equal("/pending", key.Headers.Location?.ToString());

        stage.Cluster.WriteUsers(stage.UsersFile.Replace("status: pending", "status: active", StringComparison.Ordinal));
        await stage.TakeFiles();

        using (var home = await browser.Get("/"))
            Assert.Equal("/welcome", home.Headers.Location?.ToString());
        Assert.Empty(Key().Match(await browser.Page("/welcome")).Value);
        using (var made = await browser.Post("/welcome"))
            Assert.NotEmpty(Key().Match(await made.Text()).Value);
        using (var twice = await browser.Post("/welcome"))
            Assert.Equal("/keys", twice.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("alice", "", "", true)]
    [InlineData("Alice", "", "", true)]
    [InlineData("mallory", "", "", false)]
    [InlineData("carol", "acme", "acme", true)]
    [InlineData("carol", "acme/ml", "acme", true)]
    [InlineData("carol", "ACME", "acme", true)]
    [InlineData("carol", "acme-evil", "acme", false)]
    [InlineData("carol", "acme", "acme/ml", false)]
    [InlineData("carol", "other/acme", "acme", false)]
    public async Task Only_listed_users_and_members_of_listed_groups_may_come(string name, string groups, string allowedGroup, bool admitted)
    {
        await using var stage = await GitLabStage.Start(options =>
        {
            options.Portal.AllowedUsers = ["alice"];
            options.Portal.AllowedGroups = allowedGroup.Length == 0 ? [] : [allowedGroup];
            options.Portal.Approval = SignUpApproval.Auto;
        });
        stage.GitLab.User = new FakeGitLabUser(7, name, groups.Split(',', StringSplitOptions.RemoveEmptyEntries));
        using var browser = stage.NewBrowser();

        using var answer = await stage.Login(browser);

        Assert.Equal(admitted ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(admitted, stage.UsersFile.Contains(name, StringComparison.Ordinal));
        Assert.Equal(allowedGroup.Length == 0 ? "read_user" : "read_user openid", stage.GitLab.LastAuthorize["scope"]);
    }

    [Fact]
    public async Task Who_is_renamed_at_GitLab_keeps_his_entry_and_who_takes_the_old_name_gets_neither_it_nor_its_role()
    {
        await using var stage = await GitLabStage.Start(options => options.Portal.Operators = ["alice"]);
        stage.GitLab.User = new FakeGitLabUser(7, "alice");
        using var alice = stage.NewBrowser();
        (await stage.Login(alice)).Dispose();
        Assert.Contains("role: operator", stage.UsersFile, StringComparison.Ordinal);

        stage.GitLab.User = new FakeGitLabUser(7, "alice-m");
        using (var renamed = await stage.Login(alice))
            Assert.Equal("/", renamed.Headers.Location?.ToString());
        Assert.DoesNotContain("alice-m", stage.UsersFile, StringComparison.Ordinal);

        stage.GitLab.User = new FakeGitLabUser(8, "alice");
        using var other = stage.NewBrowser();
        using (var answer = await stage.Login(other))
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        using (var home = await other.Get("/"))
            Assert.Equal("/login", home.Headers.Location?.ToString());
    }

    [Fact]
    public async Task An_entry_without_a_number_becomes_that_of_the_first_who_comes_with_its_name()
    {
        await using var stage = await GitLabStage.Start(options => options.Portal.AllowedUsers = ["nobody"], TestUsers.Unlimited);
        stage.GitLab.User = new FakeGitLabUser(7, "Alice");
        using var browser = stage.NewBrowser();

        using var answer = await stage.Login(browser);

        Assert.Equal("/", answer.Headers.Location?.ToString());
        Assert.Contains("gitlab_id: 7", stage.UsersFile, StringComparison.Ordinal);
        Assert.Contains(TestUsers.AliceKey, stage.UsersFile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_with_the_name_of_an_environment_key_does_not_wait_and_so_block_it()
    {
        await using var stage = await GitLabStage.Start(options => options.ApiKeys = "ci:" + TestUsers.AliceKey);
        stage.GitLab.User = new FakeGitLabUser(7, "CI");
        using var browser = stage.NewBrowser();

        using var answer = await stage.Login(browser);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("taken", await answer.Text(), StringComparison.Ordinal);
        using var client = stage.Cluster.ClientWith(TestUsers.AliceKey);
        using var models = await client.GetAsync("/v1/models", TestContext.Current.CancellationToken).OrHang();
        Assert.Equal(HttpStatusCode.OK, models.StatusCode);
    }

    [Fact]
    public async Task Who_was_taken_out_of_the_file_signs_up_anew_and_his_old_key_and_login_are_dead()
    {
        await using var stage = await GitLabStage.Start(options => (options.Portal.AllowedUsers, options.Portal.Approval) = (["alice"], SignUpApproval.Auto));
        stage.GitLab.User = new FakeGitLabUser(7, "alice");
        using var before = stage.NewBrowser();
        string old;
        using (var first = await stage.Login(before))
            old = Key().Match(await first.Text()).Value;

        stage.Cluster.WriteUsers("users: []\n");
        await stage.TakeFiles();

        using var after = stage.NewBrowser();
        using (var again = await stage.Login(after))
            Assert.NotEqual(old, Key().Match(await again.Text()).Value);
        using (var stale = await before.Get("/"))
            Assert.Equal("/login", stale.Headers.Location?.ToString());
        using var client = stage.Cluster.ClientWith(old);
        using var models = await client.GetAsync("v1/models", TestContext.Current.CancellationToken).OrHang();
        Assert.Equal(HttpStatusCode.Unauthorized, models.StatusCode);
    }

    [Fact]
    public async Task Who_is_on_no_list_any_more_is_let_in_by_his_entry_and_operators_can_see_it()
    {
        await using var stage = await GitLabStage.Start(options => options.Portal.AllowedGroups = ["acme"]);
        stage.GitLab.User = new FakeGitLabUser(7, "alice", "acme");
        using var browser = stage.NewBrowser();
        (await stage.Login(browser)).Dispose();
        Assert.DoesNotContain("none of the lists", string.Concat(PortalStage.Audit(stage.Cluster)), StringComparison.Ordinal);

        stage.GitLab.User = new FakeGitLabUser(7, "alice");
        using (var again = await stage.Login(browser))
            Assert.Equal("/pending", again.Headers.Location?.ToString());

        Assert.Contains("on none of the lists", PortalStage.Audit(stage.Cluster)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_tabs_that_log_in_at_once_make_one_entry_and_one_key()
    {
        await using var stage = await GitLabStage.Start(options => (options.Portal.AllowedUsers, options.Portal.Approval) = (["alice"], SignUpApproval.Auto));
        stage.GitLab.User = new FakeGitLabUser(7, "alice");
        using var one = stage.NewBrowser();
        using var two = stage.NewBrowser();
        var callbacks = (await stage.CallbackOf(one), await stage.CallbackOf(two));

        var answers = await Task.WhenAll(one.Get(callbacks.Item1), two.Get(callbacks.Item2)).OrHang();

        var pages = await Task.WhenAll(answers.Select(answer => answer.Text()));
        Assert.Single(pages, page => Key().IsMatch(page));
        Assert.Single(Regex.Matches(stage.UsersFile, "gitlab_username: alice", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Single(Regex.Matches(stage.UsersFile, "hash: sha256", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_file_with_an_error_lets_nobody_sign_up_and_says_whom_to_ask()
    {
        await using var stage = await GitLabStage.Start();
        stage.GitLab.User = new FakeGitLabUser(7, "alice");
        using var browser = stage.NewBrowser();
        stage.Cluster.WriteUsers("users: [\n");

        using var answer = await stage.Login(browser);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("cannot be added now", await answer.Text(), StringComparison.Ordinal);
        Assert.Equal("users: [\n", stage.UsersFile);
    }

    [Theory]
    [InlineData("-alice")]
    [InlineData(".alice")]
    [InlineData("alice smith")]
    [InlineData("alice\n    role: operator")]
    [InlineData("ålice")]
    public async Task A_user_name_of_which_no_entry_can_be_made_is_told_so_and_an_operator_can_write_one_under_another(string name)
    {
        await using var stage = await GitLabStage.Start();
        stage.GitLab.User = new FakeGitLabUser(7, name);
        using var browser = stage.NewBrowser();
        var before = stage.UsersFile;

        using (var answer = await stage.Login(browser))
        {
            var page = await answer.Text();
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("Your user name does not fit", page, StringComparison.Ordinal);
            Assert.Contains("gitlab_id: 7", page, StringComparison.Ordinal);
            Assert.DoesNotContain("cannot be written", page, StringComparison.Ordinal);
        }

        Assert.Equal(before, stage.UsersFile);
        stage.Cluster.WriteUsers("users:\n  - gitlab_username: alice\n    gitlab_id: 7\n");
        await stage.TakeFiles();
        using (var answer = await stage.Login(browser))
            Assert.Contains("Welcome, alice", await answer.Text(), StringComparison.Ordinal);
    }

    [GeneratedRegex("sk-[0-9a-f]{32}", RegexOptions.NonBacktracking)]
    private static partial Regex Key();
}
