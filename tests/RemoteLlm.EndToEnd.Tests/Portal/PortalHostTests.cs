using System.Net;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>To whom the portal answers, to whom its cookies go, and where it leads.</summary>
public sealed class PortalHostTests
{
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
        await using var cluster = await PortalStage.Alone();
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
        await using var cluster = await Cluster.Start(PortalStage.NoLlm, new ClusterOptions
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
        await using var cluster = await Cluster.Start(PortalStage.NoLlm, new ClusterOptions
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
        await using var cluster = await PortalStage.Alone();
        using var browser = new PortalClient(cluster) { Host = "rebound.example.com" };

        using var answer = await browser.Get("/login");

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.DoesNotContain("rebound", await answer.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_through_a_proxy_on_this_machine_cannot_use_the_development_login()
    {
        await using var cluster = await PortalStage.Alone();
        using var browser = new PortalClient(cluster);
        var token = await browser.Token();

        using var request = new HttpRequestMessage(HttpMethod.Post, "/login/dev") { Content = new FormUrlEncodedContent([KeyValuePair.Create("form_token", token), KeyValuePair.Create("name", "alice")]) };
        using var answer = await browser.Send(request, ("X-Forwarded-For", "192.0.2.7"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
