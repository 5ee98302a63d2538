using System.Net;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>The development login.</summary>
public sealed class LoginTests
{
    private static readonly Uri s_noLlm = new("http://127.0.0.1:9");

    [Fact]
    public async Task Who_logs_in_sees_the_page_he_asked_for_and_who_logs_logoutdoes_not()
    {
        await using var cluster = await Cluster.Start(s_noLlm, new ClusterOptions { Broker = options => options.Portal.DevLogin = true, WithoutConnector = true });
        using var browser = new PortalClient(cluster);

        using (var before = await browser.Get("/"))
            Assert.Equal("/login", before.Headers.Location?.ToString());
        await browser.Login("alice");
        Assert.Contains("alice", await browser.Page("/"), StringComparison.Ordinal);

        using (var logout = await browser.Post("/logout"))
            Assert.Equal(HttpStatusCode.Found, logout.StatusCode);
        using (var after = await browser.Get("/"))
            Assert.Equal("/login", after.Headers.Location?.ToString());
    }
}
