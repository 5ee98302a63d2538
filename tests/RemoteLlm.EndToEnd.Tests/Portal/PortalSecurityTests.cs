using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Portal.Security;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>What others may try with the portal's pages and forms.</summary>
public sealed class PortalSecurityTests
{
    [Fact]
    public async Task Every_form_without_the_token_of_its_login_is_refused()
    {
        await using var cluster = await PortalStage.Alone();
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
        await using var cluster = await PortalStage.Alone();
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

    [Fact]
    public async Task A_form_that_is_too_large_or_broken_is_refused_with_a_page()
    {
        await using var cluster = await PortalStage.Alone();
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
    public async Task Script_in_a_name_is_shown_as_text_or_not_at_all()
    {
        await using var cluster = await PortalStage.Alone();
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

    // Every page and form that there is, whoever wrote it, with something in the place of each name.
    private static List<string> Endpoints(Cluster cluster, string method) =>
    [
        .. cluster.Broker.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PortalMark>() is not null && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) == true)
            .Select(endpoint => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => segment.IsSimple && segment.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "alice")))
            .Distinct(),
    ];
}
