using System.Net;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.EndToEnd.Tests.Portal.Operators;

/// <summary>What is in force, for operators alone.</summary>
public sealed class SettingsPageTests
{
    private const string Secret = "hush-this-is-the-session-secret-0001";

    private static readonly Uri s_noLlm = new("http://127.0.0.1:9");

    [Fact]
    public async Task Settings_and_their_sources_are_for_operators_and_no_secret_is_among_them()
    {
        await using var cluster = await Stage();
        using var operators = await PortalClient.LoggedIn(cluster, "alice");
        using var carol = await PortalClient.LoggedIn(cluster, "carol");

        var page = await operators.Page("/admin/settings");
        Assert.Contains("--burst", page, StringComparison.Ordinal);
        Assert.Contains(">.env<", page, StringComparison.Ordinal);
        Assert.Contains("users.yaml", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, page, StringComparison.Ordinal);
        Assert.DoesNotContain(TestUsers.AliceKey, page, StringComparison.Ordinal);
        using var refused = await carol.Get("/admin/settings");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task A_file_with_an_error_is_named_with_line_and_column()
    {
        await using var cluster = await Stage();
        using var operators = await PortalClient.LoggedIn(cluster, "alice");

        await File.AppendAllTextAsync(Path.Combine(cluster.Data, "connectors.yaml"), "\nconnectors: [\n", TestContext.Current.CancellationToken);

        await UntilShown(operators, "has an error, and the last good state stays in force. Line ").OrHang();
    }

    // Nobody logs that a page would say something else now; each look is a request.
    private static async Task UntilShown(PortalClient browser, string text)
    {
        while (!(await browser.Page("/admin/settings")).Contains(text, StringComparison.Ordinal))
            await Task.Yield();
    }

    private static Task<Cluster> Stage() => Cluster.Start(s_noLlm, new ClusterOptions
    {
        Broker = options =>
        {
            options.Portal.DevLogin = true;
            options.Portal.SessionSecret = Secret;
            options.InForce = [new SettingInForce("--burst", "REMOTELLM_BURST", "Burst.", "20", SettingSource.DotEnv)];
        },
        WithoutConnector = true,
        Users = TestUsers.Unlimited + "    role: operator\n",
    });
}
