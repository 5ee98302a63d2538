using System.Text.RegularExpressions;
using RemoteLlm.Connector.Enrolling;
using RemoteLlm.Connector.Link;
using RemoteLlm.Testing.GitLab;

namespace RemoteLlm.Browser.Tests;

/// <summary>What operators do, and what others see of it at once.</summary>
public sealed class OperatorTests(Chromium chromium)
{
    [Fact]
    public async Task Who_is_blocked_while_an_answer_streams_reads_so_and_is_logged_out()
    {
        using var gate = new Turnstile();
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Stream(gate, "one ", "two"));
        await using var alice = await stage.LogIn("alice");
        alice.Expect(401, 403);
        // The list of models is followed no more either.
        alice.Expect("WebSocket connection");
        await using var olga = await stage.LogIn("olga");
        olga.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        var chat = await ChatDesk.Open(alice);
        await chat.Ask("Count");
        gate.Release();
        await Assertions.Expect(chat.Answers).ToContainTextAsync("one");

        await olga.Go("/admin/users/alice");
        await olga.Page.GetByRole(AriaRole.Button, new() { Name = "Block", Exact = true }).ClickAsync();
        await Assertions.Expect(olga.Page.Locator(".told")).ToContainTextAsync("Blocked");

        await Assertions.Expect(chat.Answers.GetByRole(AriaRole.Alert)).ToContainTextAsync("key_blocked");
        await Assertions.Expect(chat.Answers).ToContainTextAsync("one");
        await chat.Button("Regenerate").ClickAsync();
        await Assertions.Expect(chat.Answers.GetByRole(AriaRole.Alert)).ToContainTextAsync("an operator has blocked your account");
        await chat.Button("Regenerate").ClickAsync();
        await Assertions.Expect(chat.Page.GetByRole(AriaRole.Link, new() { Name = "Log in again" })).ToBeVisibleAsync();
        await alice.Page.GotoAsync("/keys");
        await Assertions.Expect(alice.Page).ToHaveURLAsync(new Regex("/login", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Of_two_operators_who_edit_one_user_the_second_is_told_and_overwrites_nothing()
    {
        await using var stage = await PortalStage.Open(chromium, options: new ClusterOptions
        {
            Users = PortalStage.Users + "  - gitlab_username: oscar\n    role: operator\n",
            Broker = broker => broker.Portal.DevLogin = true,
        });
        await using var olga = await stage.LogIn("olga");
        await using var oscar = await stage.LogIn("oscar");
        oscar.Expect(409);
        await olga.Go("/admin/users/alice");
        await oscar.Go("/admin/users/alice");

        await olga.Page.GetByLabel("Requests a minute").FillAsync("11");
        await olga.Page.GetByRole(AriaRole.Button, new() { Name = "Save limits and models" }).ClickAsync();
        await Assertions.Expect(olga.Page.Locator(".told")).ToContainTextAsync("Saved");
        await oscar.Page.GetByLabel("Requests a minute").FillAsync("99");
        await oscar.Page.GetByRole(AriaRole.Button, new() { Name = "Save limits and models" }).ClickAsync();
        await Assertions.Expect(oscar.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await oscar.Take("user-conflict", Screen.Desktop);

        var text = await File.ReadAllTextAsync(Path.Combine(stage.Cluster.Data, "users.yaml"), TestContext.Current.CancellationToken);
        Assert.Contains("requests_per_minute: 11", text, StringComparison.Ordinal);
        Assert.DoesNotContain("99", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connector_is_approved_by_its_code_serves_and_is_dropped_when_it_is_revoked()
    {
        var time = new ManualTime();
        await using var stage = await PortalStage.Open(chromium, options: new ClusterOptions { Users = PortalStage.Users, WithoutConnector = true, Broker = broker => broker.Portal.DevLogin = true });
        await using var olga = await stage.LogIn("olga");
        var page = olga.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await olga.Go("/admin/connectors");
        await Assertions.Expect(page.GetByText("Waiting for approval")).ToHaveCountAsync(0);

        Assert.True(BrokerAddress.TryParse(stage.Cluster.Url.ToString(), allowInsecure: false, out var address, out _));
        using var enrolment = new ConnectorEnrolment(new EnrolmentTerms(address, "garage", "gpu-box"), time);
        var given = (await enrolment.BeginAsync(TestContext.Current.CancellationToken).OrHang()).Value!;
        var waiting = enrolment.WaitAsync(given, TestContext.Current.CancellationToken);
        // The page that was open learns of it by itself.
        await page.GetByLabel("Review the connector garage").ClickAsync();
        await Assertions.Expect(page.GetByText(given.UserCode)).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(page.Locator(".told")).ToContainTextAsync("Approved");
        await time.UntilArmed();
        time.Advance(TimeSpan.FromSeconds(given.Interval));
        var token = (await waiting.OrHang()).Value!;

        await using var connector = await stage.Cluster.StartConnector(token.AccessToken);
        await stage.Cluster.UntilServed();
        var card = page.Locator("#connector-garage");
        await Assertions.Expect(card).ToContainTextAsync("online");
        await card.GetByLabel("Revoke garage").ClickAsync();
        await Assertions.Expect(page.Locator(".told")).ToContainTextAsync("Revoked");
        await connector.Logs.Until("Connector token revoked");
    }

    [Fact]
    public async Task A_running_request_appears_by_itself_and_its_client_is_told_when_it_is_cancelled()
    {
        using var gate = new Turnstile();
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Stream(gate, "one ", "two"));
        await using var olga = await stage.LogIn("olga");
        olga.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await olga.Go("/admin/requests");
        await Assertions.Expect(olga.Page.GetByText("Nothing is running")).ToBeVisibleAsync();

        using var answer = await stage.Cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Contains("one", await events.Next(), StringComparison.Ordinal);
        await olga.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel the request of alice for test-model" }).ClickAsync();

        Assert.Contains("request_cancelled", await events.Next(), StringComparison.Ordinal);
        await Assertions.Expect(olga.Page.GetByText("Nothing is running")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(FakeGitLabTrouble.None, "well", "settings-gitlab-well")]
    [InlineData(FakeGitLabTrouble.SecretRefused, "trouble", "settings-gitlab-trouble")]
    public async Task Settings_say_whether_GitLab_answers_when_they_are_asked(FakeGitLabTrouble trouble, string word, string called)
    {
        await using var gitLab = await FakeGitLab.Start();
        gitLab.Trouble = trouble;
        await using var stage = await PortalStage.Open(chromium, options: new ClusterOptions
        {
            Users = PortalStage.Users,
            WithoutConnector = true,
            Broker = broker =>
            {
                var portal = broker.Portal;
                (portal.DevLogin, portal.SessionSecret) = (true, "a session secret of tests, long enough");
                (portal.GitLabUrl, portal.GitLabClientId, portal.GitLabClientSecret) = (gitLab.Url, FakeGitLab.ClientId, FakeGitLab.ClientSecret);
            },
        });
        await using var olga = await stage.LogIn("olga");
        await olga.Go("/admin/settings");

        await olga.Page.GetByRole(AriaRole.Button, new() { Name = "Check now" }).ClickAsync();

        await Assertions.Expect(olga.Page.GetByText("It answers")).ToContainTextAsync(word);
        foreach (var screen in Screen.All)
        {
            await olga.Use(screen);
            await olga.Take(called, screen);
            Assert.Empty(await olga.Page.Misfits(screen));
            Assert.Empty(await olga.Page.SeriousIssues());
        }
    }
}
