namespace RemoteLlm.Browser.Tests;

/// <summary>The portal opens, and the browser has nothing to complain of.</summary>
public sealed class FirstLookTests(Chromium chromium)
{
    [Fact]
    public async Task Who_logs_in_is_greeted_by_name_and_can_log_out()
    {
        await using var stage = await PortalStage.Open(chromium);
        await using var alice = await stage.LogIn("alice");

        await Assertions.Expect(alice.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("alice");
        await Assertions.Expect(alice.Page.Locator("body")).ToContainTextAsync($"{stage.Cluster.Url}v1");

        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await Assertions.Expect(alice.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("You are logged out.");
        await alice.Page.GotoAsync("/");
        await Assertions.Expect(alice.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/login$"));
    }
}
