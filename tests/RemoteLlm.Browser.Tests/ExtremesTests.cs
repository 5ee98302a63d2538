namespace RemoteLlm.Browser.Tests;

/// <summary>Pages where all is long or many or not there at all: nothing is wider than the screen, cut, or too small for a thumb.</summary>
public sealed class ExtremesTests(Crowded portal, Chromium chromium) : IClassFixture<Crowded>
{
    [Theory]
    [InlineData("", "/", "long-home")]
    [InlineData("", "/keys", "long-keys")]
    [InlineData("", "/connect", "long-connect")]
    [InlineData("", "/chat", "long-chat")]
    [InlineData("", "/models", "long-models")]
    [InlineData("", "/models?q=hf", "long-models-found")]
    [InlineData("", "/models?q=no-such-thing", "long-models-none")]
    [InlineData("", "/usage", "one-day-usage")]
    [InlineData("", "/usage?days=7", "one-day-usage-7")]
    [InlineData("olga", "/usage?user=olga", "unequal-usage")]
    [InlineData("olga", "/admin/users?page=2", "many-users")]
    [InlineData("olga", "/admin/users?q=maxi", "long-users")]
    [InlineData("olga", "/admin/users/{0}", "long-user")]
    [InlineData("olga", "/admin/connectors", "long-connectors")]
    [InlineData("olga", "/admin/requests", "long-requests")]
    public async Task A_page_of_much(string name, string path, string called)
    {
        var stage = await portal.Stage();
        await using var visitor = await stage.LogIn(name.Length > 0 ? name : Crowded.User);
        await Look(visitor, path.Replace("{0}", Crowded.User, StringComparison.Ordinal), called);
    }

    [Fact]
    public async Task Pages_of_nothing()
    {
        await using var stage = await PortalStage.Open(chromium, options: new ClusterOptions { Users = PortalStage.Users, WithoutConnector = true, Broker = broker => broker.Portal.DevLogin = true });
        await using var olga = await stage.LogIn("olga");
        foreach (var page in new[] { "models", "chat", "connect", "admin/connectors", "admin/requests", "usage" })
            await Look(olga, "/" + page, "nothing-" + page.Replace("admin/", "", StringComparison.Ordinal));
        await using var alice = await stage.LogIn("alice");
        await Look(alice, "/", "nothing-home");
    }

    private static async Task Look(Visitor visitor, string path, string called)
    {
        var faults = new List<string>();
        foreach (var screen in Screen.All)
        {
            await visitor.Use(screen);
            await visitor.Go(path);
            await visitor.Take(called, screen);
            faults.AddRange((await visitor.Page.Misfits(screen)).Select(fault => $"{screen}: {fault}"));
        }

        Assert.Empty(faults);
    }
}
