using System.Net;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>Addresses at which there is nothing.</summary>
public sealed class LostPagesTests
{
    [Fact]
    public async Task A_browser_sees_a_page_where_there_is_nothing_and_a_client_of_the_API_sees_JSON()
    {
        await using var cluster = await PortalStage.Alone();
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
        await using var cluster = await Cluster.Start(PortalStage.NoLlm, new ClusterOptions { WithoutConnector = true });
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
}
