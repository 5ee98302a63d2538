using System.Net;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>Many visits at once, of which each costs something.</summary>
public sealed class PortalFloodTests
{
    [Fact]
    public async Task A_flood_of_logins_is_held_up_and_told_when_to_come_back()
    {
        await using var cluster = await PortalStage.Alone();
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
}
