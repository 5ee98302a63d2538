using System.Net;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>The development login.</summary>
public sealed class LoginTests
{
    [Fact]
    public async Task Who_logs_in_sees_the_page_he_asked_for_and_who_logs_out_does_not()
    {
        await using var cluster = await PortalStage.Alone();
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

    [Fact]
    public async Task Whom_the_settings_name_is_an_operator_after_a_development_login_too()
    {
        await using var cluster = await Cluster.Start(PortalStage.NoLlm, new ClusterOptions
        {
            WithoutConnector = true,
            Broker = options => (options.Portal.DevLogin, options.Portal.Operators) = (true, ["Olga"]),
        });
        using var olga = await PortalClient.LoggedIn(cluster, "olga");
        using var alice = await PortalClient.LoggedIn(cluster, "alice");

        await olga.Page("/admin/users");
        using var refused = await alice.Get("/admin/users");

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Single(PortalStage.Audit(cluster), line => line.Contains("role operator by the setting --operators", StringComparison.Ordinal));
    }
}
