using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;

namespace RemoteLlm.EndToEnd.Tests.Portal.Operators;

/// <summary>What operators do with users.</summary>
public sealed partial class UsersPageTests
{
    private const string BobKey = "sk-b0b00000000000000000000000000001";
    private const string Script = "<script>alert(1)</script>";

    [Fact]
    public async Task Operators_pages_are_for_operators()
    {
        await using var cluster = await Stage();
        using var bob = await PortalClient.LoggedIn(cluster, "bob");

        foreach (var path in new[] { "/admin/users", "/admin/users/bob" })
        {
            using var page = await bob.Get(path);
            Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        }

        using var role = await bob.Post("/admin/users/bob", ("do", "role"), ("role", "operator"));
        Assert.Equal(HttpStatusCode.Forbidden, role.StatusCode);
        Assert.Equal(UserRole.User, User(cluster, "bob")!.Role);
    }

    [Fact]
    public async Task Who_waits_is_approved_from_the_list_and_can_go_on()
    {
        await using var cluster = await Stage(TestUsers.Also("dora", "sk-d0ra0000000000000000000000000001", "status: pending"));
        using var operators = await PortalClient.LoggedIn(cluster, "root");
        using var dora = await PortalClient.LoggedIn(cluster, "dora");
        using (var waits = await dora.Get("/keys"))
            Assert.Equal("/pending", waits.Headers.Location?.ToString());
        Assert.Contains("Approve dora", await operators.Page("/admin/users?show=pending"), StringComparison.Ordinal);

        using (var approved = await operators.Post("/admin/users/dora", ("do", "approve"), ("back", "?show=pending")))
            Assert.Equal("/admin/users?show=pending&done=user-approved", approved.Headers.Location?.ToString());

        await dora.Page("/keys");
        Assert.Contains("\"actor\":\"root\",\"action\":\"user.approved\",\"target\":\"dora\"", Audit(cluster), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_blocked_is_out_at_once_with_key_and_cookie()
    {
        await using var cluster = await Stage();
        using var operators = await PortalClient.LoggedIn(cluster, "root");
        using var bob = await PortalClient.LoggedIn(cluster, "bob");
        await bob.Page("/keys");

        using (var blocked = await operators.Post("/admin/users/bob", ("do", "block")))
            Assert.Equal("/admin/users/bob?done=user-blocked", blocked.Headers.Location?.ToString());

        using (var page = await bob.Get("/keys"))
            Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        using var client = cluster.ClientWith(BobKey);
        using (var refused = await client.GetAsync("v1/models", TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using (await operators.Post("/admin/users/bob", ("do", "unblock")))
        using (var works = await client.GetAsync("v1/models", TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.OK, works.StatusCode);
    }

    [Theory]
    [InlineData("/admin/users", "approve", "")]
    [InlineData("/admin/users/dora", "approve", "")]
    [InlineData("/admin/users/dora", "role", "operator")]
    public async Task A_form_about_somebody_who_is_gone_does_nothing_to_who_has_taken_the_name(string page, string what, string role)
    {
        const string Dora = "  - gitlab_username: dora\n    gitlab_id: 7\n    status: pending\n    created_at: 2026-01-01T00:00:00Z\n";
        await using var cluster = await Stage(Dora);
        using var operators = await PortalClient.LoggedIn(cluster, "root");
        var owner = OwnerOn(await operators.Page(page));
        cluster.WriteUsers(File.ReadAllText(Path.Combine(cluster.Data, "users.yaml")).Replace(Dora, Dora.Replace("gitlab_id: 7", "gitlab_id: 8", StringComparison.Ordinal), StringComparison.Ordinal));
        await GitLabStage.TakeFiles(cluster);

        using (var late = await operators.Post("/admin/users/dora", ("do", what), ("role", role), ("owner", owner)))
            Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);

        Assert.Equal((true, UserRole.User), (User(cluster, "dora")!.Pending, User(cluster, "dora")!.Role));
        using var now = await operators.Post("/admin/users/dora", ("do", what), ("role", role), ("owner", OwnerOn(await operators.Page(page))));
        Assert.Equal(HttpStatusCode.Found, now.StatusCode);
    }

    [Fact]
    public async Task Of_two_operators_at_once_the_second_is_told_and_sees_how_it_is_now()
    {
        await using var cluster = await Stage();
        using var one = await PortalClient.LoggedIn(cluster, "root");
        using var two = await PortalClient.LoggedIn(cluster, "root");
        var stamp = StampOn(await one.Page("/admin/users/bob"));
        Assert.Equal(stamp, StampOn(await two.Page("/admin/users/bob")));

        using (var saved = await one.Post("/admin/users/bob", ("do", "change"), ("stamp", stamp), ("requests_per_minute", "77"), ("models_which", "only"), ("models", $"qwen*\r\n{Script}")))
            Assert.Equal("/admin/users/bob?done=user-saved", saved.Headers.Location?.ToString());
        using var late = await two.Post("/admin/users/bob", ("do", "change"), ("stamp", stamp), ("requests_per_minute", "5"), ("models_which", "all"));

        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        var page = await late.Text();
        Assert.Contains("Somebody else changed this user meanwhile", page, StringComparison.Ordinal);
        Assert.Contains("value=\"77\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
        Assert.Equal((77d, 2), (User(cluster, "bob")!.Limits.RequestsPerMinute, User(cluster, "bob")!.Models!.Count));
        using var again = await two.Post("/admin/users/bob", ("do", "change"), ("stamp", StampOn(page)), ("requests_per_minute", "5"), ("models_which", "all"));
        Assert.Equal(HttpStatusCode.Found, again.StatusCode);
        Assert.Null(User(cluster, "bob")!.Models);
    }

    [Fact]
    public async Task What_cannot_be_typed_stays_in_the_form()
    {
        await using var cluster = await Stage();
        using var operators = await PortalClient.LoggedIn(cluster, "root");

        using var answer = await operators.Post(
            "/admin/users/bob", ("do", "change"), ("stamp", StampOn(await operators.Page("/admin/users/bob"))), ("requests_per_minute", "1,000"), ("weight", "3"), ("models_which", "all"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Text();
        Assert.Contains("Requests a minute must be", page, StringComparison.Ordinal);
        Assert.Contains("value=\"1,000\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"3\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_locks_himself_out()
    {
        await using var cluster = await Stage();
        using var operators = await PortalClient.LoggedIn(cluster, "root");

        foreach (var fields in new (string, string)[][] { [("do", "block")], [("do", "remove")], [("do", "role"), ("role", "user")] })
        {
            using var answer = await operators.Post("/admin/users/root", fields);
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        }

        await operators.Page("/admin/users");
    }

    [Fact]
    public async Task Whom_the_settings_name_an_operator_is_not_demoted_here_and_can_be_blocked()
    {
        await using var cluster = await Cluster.Start(new Uri("http://127.0.0.1:9"), new ClusterOptions
        {
            Users = TestUsers.Unlimited + "  - gitlab_username: root\n    role: operator\n  - gitlab_username: Bob\n    role: operator\n  - gitlab_username: eve\n    role: operator\n",
            Broker = options =>
            {
                (options.Portal.DevLogin, options.Portal.Operators, options.Portal.SessionSecret) = (true, ["bob"], GitLabStage.SessionSecret);
                (options.Portal.GitLabClientId, options.Portal.GitLabClientSecret) = ("id", "secret");
            },
            WithoutConnector = true,
        });
        using var operators = await PortalClient.LoggedIn(cluster, "root");

        using (var refused = await operators.Post("/admin/users/Bob", ("do", "role"), ("role", "user")))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("REMOTELLM_OPERATORS", await refused.Text(), StringComparison.Ordinal);
        }

        Assert.Equal(UserRole.Operator, User(cluster, "Bob")!.Role);
        Assert.Contains("operator by the setting", await operators.Page("/admin/users/Bob"), StringComparison.Ordinal);
        Assert.DoesNotContain("by the setting", await operators.Page("/admin/users/eve"), StringComparison.Ordinal);
        using (var others = await operators.Post("/admin/users/eve", ("do", "role"), ("role", "user")))
            Assert.Equal(HttpStatusCode.Found, others.StatusCode);
        using var blocked = await operators.Post("/admin/users/Bob", ("do", "block"));
        Assert.Equal(HttpStatusCode.Found, blocked.StatusCode);
    }

    [Fact]
    public async Task Who_is_removed_has_dead_keys_and_may_sign_up_anew()
    {
        await using var cluster = await Stage();
        using var operators = await PortalClient.LoggedIn(cluster, "root");
        using var bob = await PortalClient.LoggedIn(cluster, "bob");

        using (var removed = await operators.Post("/admin/users/bob", ("do", "remove")))
            Assert.Equal("/admin/users?done=user-removed", removed.Headers.Location?.ToString());

        Assert.Null(User(cluster, "bob"));
        using var client = cluster.ClientWith(BobKey);
        using (var refused = await client.GetAsync("v1/models", TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using (var page = await bob.Get("/keys"))
            Assert.StartsWith("/login", page.Headers.Location?.ToString(), StringComparison.Ordinal);
        await bob.Login("bob");
        Assert.Empty(User(cluster, "bob")!.Keys);
        using var gone = await operators.Get("/admin/users/nobody");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task What_is_searched_for_is_text_on_the_page()
    {
        await using var cluster = await Stage();
        using var operators = await PortalClient.LoggedIn(cluster, "root");

        var page = await operators.Page("/admin/users?q=" + Uri.EscapeDataString(Script + "\"onfocus=x"));

        Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"onfocus", page, StringComparison.Ordinal);
        Assert.Contains("Nobody of that name", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_who_broke_the_file_by_hand_is_told_where_on_the_page_of_users()
    {
        await using var cluster = await Stage();
        using var operators = await PortalClient.LoggedIn(cluster, "root");
        Assert.DoesNotContain("has an error", await operators.Page("/admin/users"), StringComparison.Ordinal);

        await File.AppendAllTextAsync(Path.Combine(cluster.Data, "users.yaml"), "\nusers: [\n", TestContext.Current.CancellationToken);
        await cluster.Broker.GetRequiredService<AccessFiles>().Refresh(TestContext.Current.CancellationToken).OrHang();

        Assert.Contains("has an error, and the last good state stays in force. Line ", await operators.Page("/admin/users"), StringComparison.Ordinal);
    }

    private static Task<Cluster> Stage(string more = "") => Cluster.Start(new Uri("http://127.0.0.1:9"), new ClusterOptions
    {
        Users = TestUsers.Unlimited + "  - gitlab_username: root\n    role: operator\n" + TestUsers.Also("bob", BobKey) + more,
        Broker = options => options.Portal.DevLogin = true,
        WithoutConnector = true,
    });

    private static UserRecord? User(Cluster cluster, string name) => UsersFile.Parse(File.ReadAllText(Path.Combine(cluster.Data, "users.yaml"))).Content!.FindUser(name);

    private static string Audit(Cluster cluster) => File.ReadAllText(Path.Combine(cluster.Data, "audit.jsonl"));

    private static string StampOn(string page) => Stamp().Match(page).Groups["it"].Value;

    private static string OwnerOn(string page) => Owner().Match(page).Groups["it"].Value;

    [GeneratedRegex("name=\"owner\" value=\"(?<it>[0-9a-f]{16})\"", RegexOptions.NonBacktracking)]
    private static partial Regex Owner();

    [GeneratedRegex("name=\"stamp\" value=\"(?<it>[0-9a-f]{16})\"", RegexOptions.NonBacktracking)]
    private static partial Regex Stamp();
}
