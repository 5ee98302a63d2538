namespace RemoteLlm.Browser.Tests;

/// <summary>Names that others choose, on pages that show them: text, and nothing else.</summary>
public sealed class HostileNamesTests(Chromium chromium)
{
    private const string Hostile = "<img src=x onerror=alert(1)>\\\"'><script>alert(1)</script>";

    [Fact]
    public async Task A_model_whose_name_is_a_script_is_a_name()
    {
        await using var stage = await PortalStage.Open(chromium, models: ["test-model", Hostile]);
        await using var alice = await stage.LogIn("alice");
        await using var olga = await stage.LogIn("olga");
        foreach (var visitor in new[] { alice, olga })
            visitor.Page.Dialog += (_, dialog) => Assert.Fail($"a dialog: {dialog.Message}");

        foreach (var path in new[] { "/models", "/connect", "/chat", "/" })
            await Look(alice, path);
        await alice.Page.GotoAsync("/chat?model=" + Uri.EscapeDataString("\"><script>alert(1)</script>"));
        await Assertions.Expect(alice.Page.Locator("#chat[data-ready]")).ToBeVisibleAsync();
        foreach (var path in new[] { "/admin/connectors", "/admin/requests?user=%3Cscript%3Ealert(1)%3C/script%3E", "/admin/users?q=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E", "/enroll?code=%3Cscript%3Ealert(1)%3C/script%3E", "/usage?user=%3Cscript%3Ealert(1)%3C/script%3E" })
            await Look(olga, path);
    }

    // Scripts of ours come from files, and pictures are none: whatever else is there was put there by a name.
    private static async Task Look(Visitor visitor, string path)
    {
        await visitor.Go(path);
        await Assertions.Expect(visitor.Page.Locator("main img, body script, script:not([src])")).ToHaveCountAsync(0);
    }
}
