using System.Text.RegularExpressions;
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
        await Assertions.Expect(alice.Page).ToHaveURLAsync(new Regex("/login$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task What_the_content_policy_forbids_is_not_run_and_fails_a_test()
    {
        await using var stage = await PortalStage.Open(chromium);
        var visitor = await stage.Visit();
        await visitor.Go("/login");

        await visitor.Page.EvaluateAsync("() => { const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script); }");

        Assert.False(await visitor.Page.EvaluateAsync<bool>("() => Boolean(window.ran)"));
        var complaint = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => visitor.DisposeAsync().AsTask());
        Assert.Contains("content policy: script-src", complaint.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_test_button_asks_the_chosen_model()
    {
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Stream("Hel", "lo there"));
        await using var alice = await stage.LogIn("alice");
        await alice.Go("/connect");

        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Test it" }).ClickAsync();

        await Assertions.Expect(alice.Page.Locator("#test-result")).ToContainTextAsync("Hello there");
    }

    // What finds nothing anywhere must be able to find something.
    [Fact]
    public async Task The_check_of_accessibility_sees_a_picture_without_words_and_grey_on_grey()
    {
        await using var stage = await PortalStage.Open(chromium);
        await using var visitor = await stage.Visit();
        await visitor.Go("/login");
        await visitor.Page.Locator("main").EvaluateAsync("main => { main.append(document.createElement('img'), document.createElement('button')); main.style.color = '#aaa'; }");

        var issues = await visitor.Page.SeriousIssues();
        foreach (var rule in new[] { "image-alt", "button-name", "color-contrast" })
            Assert.Contains(issues, issue => issue.StartsWith(rule, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_page_is_less_than_100_KB_in_all()
    {
        await using var stage = await PortalStage.Open(chromium);
        await using var alice = await stage.LogIn("alice");
        var client = await alice.Page.Context.NewCDPSessionAsync(alice.Page);
        await client.SendAsync("Network.enable");
        await client.SendAsync("Network.setCacheDisabled", new Dictionary<string, object> { ["cacheDisabled"] = true });
        var bytes = 0.0;
        client.Event("Network.loadingFinished").OnEvent += (_, finished) => bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();

        foreach (var path in new[] { "/", "/chat" })
        {
            bytes = 0;
            await alice.Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });
            TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {bytes / 1000:0.0} KB");
            Assert.InRange(bytes, 1_000, 100_000);
        }
    }
}
