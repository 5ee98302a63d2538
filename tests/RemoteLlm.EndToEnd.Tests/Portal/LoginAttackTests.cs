using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Testing.GitLab;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>A login against a GitLab that answers other than it should, and browsers that send other than they were given: a page each time, and nobody in.</summary>
public sealed class LoginAttackTests
{
    public static TheoryData<string> Profiles =>
    [
        """{"id": "7", "username": "alice"}""",
        """{"id": -7, "username": "alice"}""",
        """{"id": 0, "username": "alice"}""",
        """{"id": 9223372036854775808, "username": "alice"}""",
        """{"id": 7.5, "username": "alice"}""",
        """{"id": null, "username": "alice"}""",
        """{"id": 7}""",
        """{"id": 7, "username": ""}""",
        """{"id": 7, "username": ["alice"]}""",
        """{"id": 7, "username": "\ud800"}""",
        """{"id": 7, "username": "al\u0000ice"}""",
        """{"id": 7, "username": "alice\r\nrole: operator"}""",
        """{"id": 7, "username": "alice\u202e"}""",
        """{"id": 7, "username": "../admin"}""",
        """{"id": 7, "username": "$A10000"}""",
        """[{"id": 7, "username": "alice"}]""",
        "7",
        "null",
        "",
        "{",
        "$DEEP",
        "$HUGE",
        "$REDIRECT",
        "$CUT",
    ];

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task Whoever_GitLab_does_not_name_well_is_not_let_in_and_is_shown_a_page(string profile)
    {
        await using var stage = await GitLabStage.Start(options => options.Portal.Approval = RemoteLlm.Broker.Portal.SignUpApproval.Auto);
        stage.GitLab.InsteadOfUser = context => Answer(context, profile);
        using var browser = stage.NewBrowser();

        using var answer = await stage.Login(browser);

        await AssertNobody(stage, browser, answer);
    }

    public static TheoryData<string> Tokens =>
    [
        """{"access_token": 7, "token_type": "Bearer"}""",
        """{"access_token": "", "token_type": "Bearer"}""",
        """{"access_token": "a\r\nX-Evil: b", "token_type": "Bearer"}""",
        """{"access_token": "é", "token_type": "Bearer"}""",
        """{"token_type": "Bearer"}""",
        """{"error": "invalid_grant\r\nERROR forged line\u001b[31m", "error_description": "$A10000"}""",
        """["access_token"]""",
        "<!DOCTYPE html><h1>Sign in</h1>",
        "",
        "$HUGE",
        "$REDIRECT",
        "$CUT",
    ];

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task A_token_that_is_none_lets_nobody_in_and_makes_no_long_log(string token)
    {
        await using var stage = await GitLabStage.Start();
        stage.GitLab.InsteadOfToken = context => Answer(context, token);
        using var browser = stage.NewBrowser();

        using var answer = await stage.Login(browser);

        await AssertNobody(stage, browser, answer);
    }

    [Fact]
    public async Task The_last_of_two_members_of_a_name_counts_and_it_makes_one_person()
    {
        await using var stage = await GitLabStage.Start();
        stage.GitLab.InsteadOfUser = context => Answer(context, """{"id": 1, "username": "root", "id": 7, "username": "alice"}""");
        using var browser = stage.NewBrowser();

        (await stage.Login(browser)).Dispose();

        Assert.Contains("gitlab_id: 7", stage.UsersFile, StringComparison.Ordinal);
        Assert.DoesNotContain("root", stage.UsersFile, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chunks-2")]
    [InlineData("chunks-1000000000")]
    [InlineData("chunks--1")]
    [InlineData("chunks-x")]
    [InlineData("x")]
    [InlineData("%00%ff")]
    [InlineData("$CUT")]
    [InlineData("$TURNED")]
    [InlineData("$LONG")]
    public async Task A_cookie_that_is_cut_or_made_up_is_no_login_and_no_error(string cookie)
    {
        await using var stage = await PortalWithLogin();
        using var alice = await PortalClient.LoggedIn(stage, "alice");
        var good = alice.Cookies["remotellm"];
        var bad = cookie switch
        {
            "$CUT" => good[..(good.Length / 2)],
            "$TURNED" => good[..20] + (good[20] == 'A' ? 'B' : 'A') + good[21..],
            "$LONG" => new string('A', 16_000),
            _ => cookie,
        };

        foreach (var name in new[] { "remotellm", "remotellm-form" })
        {
            using var browser = new PortalClient(stage);
            browser.Cookies[name] = bad;
            using (var home = await browser.Get("/"))
                Assert.True(home.StatusCode == HttpStatusCode.Found && home.Headers.Location?.ToString() == "/login", $"{name}: {(int)home.StatusCode}");
            using (var page = await browser.Get("/login"))
                Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            await browser.Login("alice");
            await browser.Page("/");
        }

        Assert.DoesNotContain(stage.BrokerLogs.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task A_cookie_of_another_user_or_kind_is_no_login()
    {
        await using var cluster = await PortalWithLogin();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        await alice.Page("/login");
        using var browser = new PortalClient(cluster);

        // The form's token is sealed with the same keys, for another purpose.
        browser.Cookies["remotellm"] = alice.Cookies["remotellm-form"];
        using (var home = await browser.Get("/"))
            Assert.Equal("/login", home.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("GET /login HTTP/1.0\r\n\r\n", "421")]
    [InlineData("GET /login HTTP/1.1\r\nHost: a,b;c=!\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET /login HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n", "421")]
    [InlineData("GET /login HTTP/1.1\r\nHost: 127.0.0.1:99999\r\nConnection: close\r\n\r\n", "421")]
    [InlineData("GET /login HTTP/1.1\r\nHost: localhost:\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET /login HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n", "200")]
    [InlineData("GET /login HTTP/1.1\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET /login HTTP/1.1\r\nHost: evil.example.com, 127.0.0.1\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET http://evil.example.com/login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Host: evil.example.com\r\nConnection: close\r\n\r\n", "200")]
    [InlineData("GET /login?return=/\xff HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET /admin/users?x=\xc3\xa9 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET /admin/users/%2F%2Fevil%0d%0aX:y HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", "302")]
    [InlineData("GET //evil.example.com/%2e%2e HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /login/gitlab/callback?state=a&state=b&code=c&code=d HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("POST /login/gitlab/callback HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\na=b&c", "400")]
    public async Task A_request_that_is_made_by_hand_gets_a_plain_answer_and_leads_nowhere_else(string request, string status)
    {
        await using var stage = await GitLabStage.Start();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, stage.Cluster.Url.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken).OrHang();

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        var location = answer.Split("\r\n").FirstOrDefault(line => line.StartsWith("Location:", StringComparison.OrdinalIgnoreCase));
        Assert.True(location is null || location.StartsWith("Location: /login", StringComparison.OrdinalIgnoreCase), location);
        Assert.DoesNotContain("evil.example", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Cluster.BrokerLogs.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task One_return_from_GitLab_that_comes_twenty_times_at_once_makes_one_login_at_most_and_no_error()
    {
        await using var stage = await GitLabStage.Start();
        stage.GitLab.User = new FakeGitLabUser(7, "alice");
        using var browser = stage.NewBrowser();
        var callback = await stage.CallbackOf(browser);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var copy = stage.NewBrowser();
            foreach (var (name, value) in browser.Cookies)
                copy.Cookies[name] = value;
            using var answer = await copy.Get(callback);
            return (answer.StatusCode, answer.Headers.Location?.ToString());
        })).OrHang();

        Assert.Single(answers, (HttpStatusCode.Found, "/pending"));
        Assert.Equal(19, answers.Count(answer => answer.StatusCode == HttpStatusCode.BadRequest));
        Assert.Equal(1, stage.GitLab.Tokens);
    }

    private static Task<Cluster> PortalWithLogin() => Cluster.Start(new Uri("http://127.0.0.1:9"), new ClusterOptions
    {
        WithoutConnector = true,
        Broker = options => (options.Portal.DevLogin, options.Portal.SessionSecret) = (true, GitLabStage.SessionSecret),
    });

    private static async Task Answer(HttpContext context, string body)
    {
        context.Response.ContentType = "application/json";
        switch (body)
        {
            case "$HUGE":
                await context.Response.WriteAsync("{\"id\": 7, \"username\": \"alice\", \"bio\": \"" + new string('x', 3 << 20) + "\"}", context.RequestAborted);
                break;
            case "$DEEP":
                await context.Response.WriteAsync(new string('[', 10_000), context.RequestAborted);
                break;
            case "$REDIRECT":
                context.Response.Redirect("http://127.0.0.1:9/elsewhere");
                break;
            case "$CUT":
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("{\"id\": 7,", context.RequestAborted);
                context.Abort();
                break;
            default:
                await context.Response.WriteAsync(body.Replace("$A10000", new string('a', 10_000), StringComparison.Ordinal), context.RequestAborted);
                break;
        }
    }

    private static async Task AssertNobody(GitLabStage stage, PortalClient browser, HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.BadGateway or HttpStatusCode.Forbidden, $"{(int)answer.StatusCode}");
        Assert.Contains("<h1>", await answer.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("remotellm", browser.Cookies.Keys);
        Assert.Equal("users: []\n", stage.UsersFile);
        Assert.DoesNotContain(stage.Cluster.BrokerLogs.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
        Assert.All(stage.Cluster.BrokerLogs.Entries.ToList(), entry => Assert.True(entry.Message.Length < 1000, $"a log line of {entry.Message.Length} characters"));
        Assert.All(stage.Cluster.BrokerLogs.Entries.ToList(), entry => Assert.DoesNotContain(entry.Message, char.IsControl));
    }
}
