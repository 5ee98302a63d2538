using System.Net;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>Visits by another address than the public one, and those that say that they come from elsewhere.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("/logout")]
    [InlineData("/keys")]
    [InlineData("/welcome")]
    [InlineData("/admin/users/alice")]
    public async Task Form_over_plain_loopback_at_a_portal_with_TLS_is_refused_and_no_error(string path)
    {
        await using var stage = await GitLabStage.Start(options => options.Portal.PublicUrl = new Uri("https://llm.example.org"));
        using var browser = stage.NewBrowser();

        using var answer = await browser.PostWithout(path, ("form_token", "nonsense"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(stage.Cluster.BrokerLogs.Entries, entry => entry.Says("unhandled"));
    }

    [Fact]
    public async Task Proxy_that_hides_the_host_gets_a_page_that_says_so_and_no_endless_redirect()
    {
        await using var stage = await GitLabStage.Start(options => options.Portal.PublicUrl = new Uri("https://llm.example.org"));
        using var browser = stage.NewBrowser();

        using var first = await browser.Send(new HttpRequestMessage(HttpMethod.Get, "/keys?x=1"), ("Host", "broker.internal"));
        var cookie = first.Headers.GetValues("Set-Cookie").Single();
        using var second = await browser.Send(new HttpRequestMessage(HttpMethod.Get, "/keys?x=1"), ("Host", "broker.internal"), ("Cookie", cookie[..cookie.IndexOf(';', StringComparison.Ordinal)]));

        Assert.Equal("https://llm.example.org/keys?x=1", first.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.MisdirectedRequest, second.StatusCode);
        Assert.Contains("proxy_set_header Host", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Single(stage.Cluster.BrokerLogs.Entries, entry => entry.Says("public-url"));
    }

    [Theory]
    [InlineData("", HttpStatusCode.Found)]
    [InlineData("192.0.2.7", HttpStatusCode.Found)]
    [InlineData("127.0.0.0/8,::1", HttpStatusCode.Forbidden)]
    public async Task Who_is_no_trusted_proxy_cannot_say_that_he_comes_from_elsewhere(string proxies, HttpStatusCode status)
    {
        await using var cluster = await Cluster.Start(new Uri("http://127.0.0.1:9"), new ClusterOptions
        {
            WithoutConnector = true,
            Broker = options => (options.TrustedProxies, options.Portal.DevLogin) = (proxies, true),
        });
        using var browser = new PortalClient(cluster);
        var form = new FormUrlEncodedContent([new("form_token", await browser.Token()), new("name", "alice")]);

        using var answer = await browser.Send(new HttpRequestMessage(HttpMethod.Post, "/login/dev") { Content = form }, ("X-Forwarded-For", "203.0.113.9"));

        Assert.Equal(status, answer.StatusCode);
    }
}
