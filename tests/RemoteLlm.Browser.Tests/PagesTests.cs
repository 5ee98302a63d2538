namespace RemoteLlm.Browser.Tests;

/// <summary>Every page on a phone and a desk, by day and by night: it fits, names itself, has no serious fault for those who cannot see it, and the browser has nothing to complain of.</summary>
public sealed class PagesTests(LivedIn portal) : IClassFixture<LivedIn>
{
    [Theory]
    [InlineData("alice", "/", "home")]
    [InlineData("alice", "/keys", "keys")]
    [InlineData("alice", "/connect", "connect")]
    [InlineData("alice", "/connect?client=cline", "connect-cline")]
    [InlineData("alice", "/models", "models")]
    [InlineData("alice", "/chat", "chat")]
    [InlineData("alice", "/usage", "usage")]
    [InlineData("olga", "/usage?user=*", "usage-all")]
    [InlineData("olga", "/", "home-operator")]
    [InlineData("olga", "/admin/users", "users")]
    [InlineData("olga", "/admin/users?q=nobody", "users-none")]
    [InlineData("olga", "/admin/users/alice", "user")]
    [InlineData("olga", "/admin/users/carol", "user-pending")]
    [InlineData("olga", "/admin/connectors", "connectors")]
    [InlineData("olga", "/admin/requests", "requests")]
    [InlineData("olga", "/admin/requests?user=bob", "requests-none")]
    [InlineData("olga", "/admin/settings", "settings")]
    [InlineData("olga", "/enroll", "enrol-code")]
    [InlineData("teammate-01", "/keys", "keys-none")]
    [InlineData("teammate-01", "/usage", "usage-none")]
    [InlineData("teammate-01", "/welcome", "welcome-offer")]
    [InlineData("teammate-01", "/admin/users", "for-operators", 403)]
    [InlineData("teammate-01", "/nowhere", "not-found", 404)]
    [InlineData("carol", "/pending", "pending")]
    public async Task A_page_of_who_is_logged_in(string name, string path, string called, int status = 200)
    {
        var stage = await portal.Stage();
        await using var visitor = await stage.LogIn(name);
        await Look(visitor, path, called, status);
    }

    [Fact]
    public async Task A_page_of_one_key()
    {
        var stage = await portal.Stage();
        await using var alice = await stage.LogIn("alice");
        await alice.Go("/keys");
        await Look(alice, await alice.Page.GetByLabel("Manage the key laptop").GetAttributeAsync("href") ?? "", "key");
    }

    [Fact]
    public async Task A_page_of_a_connector_that_waits()
    {
        var stage = await portal.Stage();
        await using var olga = await stage.LogIn("olga");
        await Look(olga, "/enroll?code=" + await portal.WaitingCode(), "enrol");
    }

    [Theory]
    [InlineData("/login", "login", 200)]
    [InlineData("/nowhere", "not-found-outside", 404)]
    public async Task A_page_of_who_is_not(string path, string called, int status)
    {
        var stage = await portal.Stage();
        await using var visitor = await stage.Visit();
        await Look(visitor, path, called, status);
    }

    private static async Task Look(Visitor visitor, string path, string called, int status = 200)
    {
        var faults = new List<string>();
        foreach (var screen in Screen.All)
        {
            await visitor.Use(screen);
            await visitor.Go(path, status);
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(1);
            await visitor.Take(called, screen);
            faults.AddRange((await visitor.Page.Misfits(screen)).Select(fault => $"{screen}: {fault}"));
            // Colours differ by theme and order by width: two looks see all of both.
            if (screen.Dark == (screen.Width == Screen.Phone.Width))
                faults.AddRange((await visitor.Page.SeriousIssues()).Select(issue => $"{screen}: {issue}"));
        }

        Assert.Empty(faults);
    }
}
