using System.Net;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Browser.Tests;

/// <summary>A user's keys, made, rotated and revoked by their owner.</summary>
public sealed class KeyTests(Chromium chromium)
{
    [Fact]
    public async Task A_key_is_made_and_rotated_and_old_and_new_work_until_the_old_is_revoked()
    {
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Completion());
        await using var alice = await stage.LogIn("alice");
        var page = alice.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await alice.Go("/keys");

        await page.GetByLabel("Name").FillAsync("laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a key" }).ClickAsync();
        var first = await page.Locator("#key").InnerTextAsync();
        Assert.Equal(HttpStatusCode.OK, await Ask(stage, first));
        await alice.Take("key-new", Screen.Desktop);
        await page.GetByRole(AriaRole.Link, new() { Name = "I have copied it" }).ClickAsync();
        Assert.DoesNotContain(first, await page.ContentAsync(), StringComparison.Ordinal);

        await page.GetByLabel("Manage the key laptop").ClickAsync();
        await page.GetByLabel("The old key goes on for").SelectOptionAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rotate" }).ClickAsync();
        var second = await page.Locator("#key").InnerTextAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(HttpStatusCode.OK, await Ask(stage, first));
        Assert.Equal(HttpStatusCode.OK, await Ask(stage, second));
        await alice.Take("key-rotated", Screen.Desktop);

        await page.GetByRole(AriaRole.Link, new() { Name = "I have copied it" }).ClickAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = ApiKey.Prefix(first) }).GetByRole(AriaRole.Link).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke this key" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("revoked");
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(stage, first));
        Assert.Equal(HttpStatusCode.OK, await Ask(stage, second));
    }

    private static async Task<HttpStatusCode> Ask(PortalStage stage, string key)
    {
        using var client = stage.Cluster.ClientWith(key);
        using var answer = await client.Chat();
        return answer.StatusCode;
    }
}
