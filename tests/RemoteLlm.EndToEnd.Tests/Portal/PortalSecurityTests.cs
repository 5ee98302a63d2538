using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker;
using RemoteLlm.Broker.Portal.Security;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>What others may try against the portal's pages.</summary>
public sealed class PortalSecurityTests
{
    private static readonly Uri s_noLlm = new("http://127.0.0.1:9");

    private static Task<Cluster> Start(Action<BrokerOptions>? broker = null) => Cluster.Start(s_noLlm, new ClusterOptions
    {
        WithoutConnector = true,
        Broker = options =>
        {
            options.Portal.DevLogin = true;
            broker?.Invoke(options);
        },
    });

    [Fact]
    public async Task Every_form_without_the_token_of_its_login_is_refused()
    {
        await using var cluster = await Start();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        using var bob = await PortalClient.LoggedIn(cluster, "bob");
        var ofBob = await bob.Token();
        var posts = Endpoints(cluster, "POST");
        Assert.Contains("/logout", posts);

        foreach (var path in posts.Where(path => path != "/login/dev"))
        {
            using (var none = await alice.PostWithout(path, ("name", "x")))
                Assert.True(none.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden, $"{path} without a token: {(int)none.StatusCode}");
            using (var other = await alice.PostWithout(path, ("form_token", ofBob), ("name", "x")))
                Assert.True(other.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden, $"{path} with another's token: {(int)other.StatusCode}");
        }

        using (var login = await alice.PostWithout("/login/dev", ("name", "mallory")))
            Assert.Equal(HttpStatusCode.BadRequest, login.StatusCode);
        await alice.Page("/");
    }

    [Fact]
    public async Task A_user_opens_no_operators_page_and_nobody_opens_any_without_a_login()
    {
        await using var cluster = await Start();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        using var nobody = new PortalClient(cluster);
        foreach (var path in Endpoints(cluster, "GET").Where(path => path.StartsWith("/admin", StringComparison.Ordinal)))
        {
            using (var refused = await alice.Get(path))
                Assert.True(refused.StatusCode == HttpStatusCode.Forbidden, $"{path} as a user: {(int)refused.StatusCode}");
            using (var login = await nobody.Get(path))
                Assert.True(login.StatusCode == HttpStatusCode.Found && login.Headers.Location!.ToString().StartsWith("/login", StringComparison.Ordinal), $"{path} as nobody: {(int)login.StatusCode}");
        }

        foreach (var path in Endpoints(cluster, "POST").Where(path => path.StartsWith("/admin", StringComparison.Ordinal)))
        {
            using var refused = await alice.Post(path, ("name", "alice"));
            Assert.True(refused.StatusCode == HttpStatusCode.Forbidden, $"POST {path} as a user: {(int)refused.StatusCode}");
        }
    }

    [Theory]
    [InlineData("https://evil.example.org/")]
    [InlineData("//evil.example.org")]
    [InlineData("/\\evil.example.org")]
    [InlineData("\\\\evil.example.org")]
    [InlineData("/\t/evil.example.org")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/keys\r\nSet-Cookie: a=b")]
    [InlineData("evil.example.org")]
    public async Task A_login_leads_nowhere_else(string path)
    {
        await using var cluster = await Start();
        using var browser = new PortalClient(cluster);

        using (var answer = await browser.Post("/login/dev", ("name", "alice"), ("return", path)))
            Assert.Equal("/", answer.Headers.Location?.ToString());
        var page = await browser.Page("/login?return=" + Uri.EscapeDataString(path));
        Assert.DoesNotContain("evil", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_are_bound_to_the_host_and_to_TLS_and_pages_are_framed_by_nobody_and_kept_nowhere()
    {
        await using var cluster = await Cluster.Start(s_noLlm, new ClusterOptions
        {
            WithoutConnector = true,
            Broker = options => (options.Portal.PublicUrl, options.Portal.GitLabClientId, options.Portal.GitLabClientSecret, options.Portal.SessionSecret, options.Portal.DevLogin) =
                (new Uri("https://localhost"), "id", "secret", GitLabStage.SessionSecret, true),
        });
        using var browser = new PortalClient(cluster) { Host = "localhost" };

        using var answer = await browser.Post("/login/dev", ("name", "alice"));
        using var begun = await browser.Get("/login/gitlab");

        var cookies = answer.Headers.GetValues("Set-Cookie").Concat(begun.Headers.GetValues("Set-Cookie")).ToList();
        Assert.Contains(cookies, cookie => cookie.StartsWith("__Host-remotellm=", StringComparison.Ordinal));
        Assert.Contains(cookies, cookie => cookie.StartsWith("__Host-remotellm-login.", StringComparison.Ordinal));
        foreach (var attribute in (string[])["httponly", "secure", "samesite=lax", "path=/"])
            Assert.All(cookies, cookie => Assert.Contains("; " + attribute, cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(cookies, cookie => Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(browser.Cookies.Keys, name => Assert.StartsWith("__Host-", name, StringComparison.Ordinal));

        using var page = await browser.Get("/login");
        var policy = page.Header("Content-Security-Policy");
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("max-age=", page.Header("Strict-Transport-Security"), StringComparison.Ordinal);
        Assert.Contains("no-store", page.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
    }

    [Fact]
    public async Task Another_host_is_led_to_the_public_address_and_no_form_is_taken_under_it()
    {
        await using var cluster = await Cluster.Start(s_noLlm, new ClusterOptions
        {
            WithoutConnector = true,
            Broker = options => (options.Portal.PublicUrl, options.Portal.GitLabClientId, options.Portal.GitLabClientSecret, options.Portal.SessionSecret) =
                (new Uri("https://llm.example.org"), "id", "secret", GitLabStage.SessionSecret),
        });
        using var browser = new PortalClient(cluster) { Host = "evil.example.com" };

        using (var page = await browser.Get("/keys?a=b", ("X-Forwarded-Host", "evil.example.com")))
            Assert.Equal("https://llm.example.org/keys?a=b", page.Headers.Location?.ToString());
        using (var form = await browser.PostWithout("/logout"))
            Assert.Equal(HttpStatusCode.MisdirectedRequest, form.StatusCode);
        using (var login = await browser.Get("/login/gitlab"))
            Assert.Equal("https://llm.example.org/login/gitlab", login.Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_portal_without_a_public_address_is_for_loopback_names_alone()
    {
        await using var cluster = await Start();
        using var browser = new PortalClient(cluster) { Host = "rebound.example.com" };

        using var answer = await browser.Get("/login");

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.DoesNotContain("rebound", await answer.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_through_a_proxy_on_this_machine_cannot_use_the_development_login()
    {
        await using var cluster = await Start();
        using var browser = new PortalClient(cluster);
        var token = await browser.Token();

        using var request = new HttpRequestMessage(HttpMethod.Post, "/login/dev") { Content = new FormUrlEncodedContent([KeyValuePair.Create("form_token", token), KeyValuePair.Create("name", "alice")]) };
        using var answer = await browser.Send(request, ("X-Forwarded-For", "192.0.2.7"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_that_is_too_large_or_broken_is_refused_with_a_page()
    {
        await using var cluster = await Start();
        using var browser = await PortalClient.LoggedIn(cluster, "alice");
        var token = await browser.Token();

        using (var large = await browser.PostWithout("/logout", ("form_token", token), ("name", new string('a', FormGuard.MaxForm))))
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using (var many = await browser.PostWithout("/logout", [("form_token", token), .. Enumerable.Range(0, 3000).Select(i => ($"f{i}", "x"))]))
            Assert.Equal(HttpStatusCode.BadRequest, many.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/logout") { Content = new StringContent("--no", Encoding.UTF8, "text/plain") };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data");
        using (var broken = await browser.Send(request))
            Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        foreach (var path in new[] { "/logout", "/connectors/enroll" })
        {
            using var old = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("name=a") };
            old.Content.Headers.Remove("Content-Type");
            old.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; charset=utf-7");
            using var unread = await browser.Send(old);
            Assert.Equal(HttpStatusCode.BadRequest, unread.StatusCode);
        }

        await browser.Page("/");
    }

    [Fact]
    public async Task A_flood_of_logins_is_held_up_and_told_when_to_come_back()
    {
        await using var cluster = await Start();
        using var browser = new PortalClient(cluster);
        var token = await browser.Token();
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 200 && refused is null; i++)
        {
            var answer = await browser.PostWithout("/login/dev", ("form_token", token), ("name", "-"));
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                refused = answer;
            else
                answer.Dispose();
        }

        Assert.NotNull(refused);
        Assert.InRange(int.Parse(refused.Header("Retry-After"), System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Contains("<h1>", await refused.Text(), StringComparison.Ordinal);
        refused.Dispose();
        await browser.Page("/login");
        using var models = await cluster.Client.GetAsync("v1/models", TestContext.Current.CancellationToken).OrHang();
        Assert.Equal(HttpStatusCode.OK, models.StatusCode);
    }

    [Fact]
    public async Task A_flood_of_returns_from_GitLab_is_held_up_too()
    {
        await using var stage = await GitLabStage.Start();
        using var browser = stage.NewBrowser();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 100; i++)
        {
            using var answer = await browser.Get($"/login/gitlab/callback?code={i}&state=forged");
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.BadRequest, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public async Task Script_in_a_name_is_shown_as_text_or_not_at_all()
    {
        await using var cluster = await Start();
        using var browser = new PortalClient(cluster);

        using var answer = await browser.Post("/login/dev", ("name", "\"><script>alert(1)</script>"), ("return", "/\"><script>alert(2)</script>"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Text();
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", await browser.Page("/login?done=%3Cscript%3Ealert(3)%3C/script%3E"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_in_the_names_of_users_and_models_is_text_on_every_page()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", "<script>alert(4)</script>"] };
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Users = TestUsers.Unlimited + TestUsers.Also("\"<script>alert(5)</script>\"", "sk-5c217700000000000000000000000001", "role: operator"),
            Broker = options => options.Portal.DevLogin = true,
        });
        await cluster.UntilServed("\\u003Cscript\\u003Ealert(4)\\u003C/script\\u003E");
        using var browser = await PortalClient.LoggedIn(cluster, "<script>alert(5)</script>");

        var pages = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Endpoints(cluster, "GET").Where(path => !path.StartsWith("/login/", StringComparison.Ordinal)))
        {
            using var answer = await browser.Get(path);
            pages[path] = await answer.Text();
        }

        Assert.All(pages, page => Assert.False(page.Value.Contains("<script>alert", StringComparison.OrdinalIgnoreCase), page.Key));
        Assert.Contains("alert(5)", pages["/"], StringComparison.Ordinal);
        Assert.Contains("alert(4)", pages["/connect"], StringComparison.Ordinal);
        Assert.Contains("alert(5)", pages["/admin/users"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_sees_a_page_where_there_is_nothing_and_a_client_of_the_API_sees_JSON()
    {
        await using var cluster = await Start();
        using var browser = new PortalClient(cluster);

        using (var page = await browser.Get("/nothing/%3Cscript%3E", ("Accept", "text/html,*/*;q=0.8")))
        {
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
            Assert.Contains("There is no such page", await page.Text(), StringComparison.Ordinal);
            Assert.Contains("frame-ancestors", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        }

        using (var json = await browser.Get("/nothing"))
            Assert.Equal("application/json", json.Content.Headers.ContentType?.MediaType);
        using (var api = await browser.Get("/v1/nothing", ("Accept", "text/html")))
            Assert.Equal("application/json", api.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_portal_that_is_off_says_so_to_a_browser_and_has_no_login()
    {
        await using var cluster = await Cluster.Start(s_noLlm, new ClusterOptions { WithoutConnector = true });
        using var browser = new PortalClient(cluster);

        using (var start = await browser.Get("/", ("Accept", "text/html")))
        {
            Assert.Equal(HttpStatusCode.OK, start.StatusCode);
            Assert.Contains("not set up", await start.Text(), StringComparison.Ordinal);
            Assert.Contains("frame-ancestors", start.Header("Content-Security-Policy"), StringComparison.Ordinal);
        }

        using (var login = await browser.PostWithout("/login/dev", ("name", "alice")))
            Assert.Equal(HttpStatusCode.NotFound, login.StatusCode);
        Assert.False(Directory.Exists(Path.Combine(cluster.Data, "dp-keys")));
    }

    // Every page and form that there is, whoever wrote it, with something in the place of each name.
    private static List<string> Endpoints(Cluster cluster, string method) =>
    [
        .. cluster.Broker.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PortalMark>() is not null && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) == true)
            .Select(endpoint => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => segment.IsSimple && segment.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "alice")))
            .Distinct(),
    ];
}
