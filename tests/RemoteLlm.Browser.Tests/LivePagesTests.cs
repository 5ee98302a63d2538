using RemoteLlm.Connector.Enrolling;
using RemoteLlm.Connector.Link;

namespace RemoteLlm.Browser.Tests;

/// <summary>Operators' pages follow what happens, without a reload, and say when they do not.</summary>
public sealed class LivePagesTests(Chromium chromium)
{
    [Fact]
    public async Task Request_appears_while_it_runs_and_is_cancelled_with_a_click()
    {
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Hang());
        await using var olga = await stage.LogIn("olga");
        await olga.Go("/admin/requests");
        await Assertions.Expect(olga.Page.Locator("[data-live-state]")).ToHaveTextAsync("Live");
        await olga.Page.Locator(".filter summary").ClickAsync();
        await olga.Page.GetByLabel("Id").FillAsync("typed");

        var asking = stage.Cluster.Client.Chat();
        var running = olga.Page.Locator("#running tbody tr");
        await Assertions.Expect(running).ToHaveCountAsync(1);
        await Assertions.Expect(running).ToContainTextAsync("at the model");
        // What somebody types outlives what is replaced beside it.
        await Assertions.Expect(olga.Page.GetByLabel("Id")).ToHaveValueAsync("typed");

        olga.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await running.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(olga.Page.Locator(".told")).ToHaveTextAsync("Cancelled. The client was told so.");

        using var answer = await asking;
        Assert.Contains("request_cancelled", await answer.Text(), StringComparison.Ordinal);
        await Assertions.Expect(olga.Page.Locator("#recent tbody tr")).ToContainTextAsync("cancelled");
    }

    [Fact]
    public async Task Unfolded_details_and_the_focus_outlive_what_changes_around_them()
    {
        await using var stage = await PortalStage.Open(chromium);
        await using var olga = await stage.LogIn("olga");
        using (await stage.Cluster.Client.Chat())
        {
        }

        await olga.Go("/admin/requests");
        await Assertions.Expect(olga.Page.Locator("[data-live-state]")).ToHaveTextAsync("Live");
        var rows = olga.Page.Locator("#recent tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        var details = olga.Page.Locator("#recent details");
        var id = (await details.GetAttributeAsync("id"))!;
        await details.Locator("summary").ClickAsync();
        await details.Locator("summary").FocusAsync();

        using (await stage.Cluster.Client.Chat())
        {
        }

        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await Assertions.Expect(olga.Page.Locator("#" + id)).ToHaveAttributeAsync("open", "");
        await Assertions.Expect(olga.Page.Locator($"#{id} summary")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Connector_that_asks_appears_is_approved_and_has_its_token()
    {
        await using var stage = await PortalStage.Open(chromium);
        await using var olga = await stage.LogIn("olga");
        await olga.Go("/admin/connectors");
        await Assertions.Expect(olga.Page.Locator("[data-live-state]")).ToHaveTextAsync("Live");
        Assert.True(BrokerAddress.TryParse(stage.Cluster.Url.ToString(), allowInsecure: false, out var address, out _));
        var time = new ManualTime();
        using var enrolment = new ConnectorEnrolment(new EnrolmentTerms(address, "gpu-box", "GPU-Box"), time);

        var given = (await enrolment.BeginAsync(TestContext.Current.CancellationToken).OrHang()).Value!;
        var waiting = enrolment.WaitAsync(given, TestContext.Current.CancellationToken);
        await Assertions.Expect(olga.Page.Locator("#pending")).ToContainTextAsync(given.UserCode);
        await olga.Page.GetByRole(AriaRole.Link, new() { Name = "Review the connector gpu-box" }).ClickAsync();
        await olga.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(olga.Page.Locator(".told")).ToContainTextAsync("Approved");

        await time.UntilArmed();
        time.Advance(TimeSpan.FromSeconds(given.Interval));
        Assert.Equal("gpu-box", (await waiting.OrHang()).Value!.Name);
        await Assertions.Expect(olga.Page.Locator("#connector-gpu-box")).ToContainTextAsync("never connected");
    }

    [Fact]
    public async Task Page_says_that_it_is_not_live_when_its_login_has_ended()
    {
        await using var stage = await PortalStage.Open(chromium);
        await using var olga = await stage.LogIn("olga");
        await olga.Go("/admin/connectors");
        await Assertions.Expect(olga.Page.Locator("[data-live-state]")).ToHaveTextAsync("Live");

        // The connection that is tried anew, and the page that is fetched.
        olga.Expect("WebSocket connection");
        olga.Expect(401, 403);
        await stage.Cluster.ChangeUsers(PortalStage.Users + "    blocked: true\n");

        await Assertions.Expect(olga.Page.Locator("[data-live-state]")).ToHaveTextAsync("Not live: log in again");
    }
}
