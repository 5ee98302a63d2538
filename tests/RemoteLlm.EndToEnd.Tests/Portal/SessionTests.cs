using System.Net;
using RemoteLlm.Broker;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>When a login ends, and what survives a restart.</summary>
public sealed class SessionTests
{
    private static readonly Uri s_noLlm = new("http://127.0.0.1:9");

    private static Task<Cluster> Start(Action<BrokerOptions>? broker = null) => Cluster.Start(s_noLlm, new ClusterOptions
    {
        WithoutConnector = true,
        Broker = options =>
        {
            options.Portal.DevLogin = true;
            options.Portal.SessionSecret = GitLabStage.SessionSecret;
            broker?.Invoke(options);
        },
    });

    [Fact]
    public async Task A_stolen_cookie_is_dead_after_the_user_was_blocked_and_stays_dead_when_he_no_longer_is()
    {
        await using var cluster = await Start();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        using var thief = Copy(cluster, alice);
        await thief.Page("/");

        await Change(cluster, TestUsers.Unlimited + "    blocked: true\n");
        using (var told = await alice.Get("/"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, told.StatusCode);
            Assert.Contains("You are blocked", await told.Text(), StringComparison.Ordinal);
        }

        using (var refused = await alice.PostWithout("/login/dev", ("form_token", await alice.Token()), ("name", "alice")))
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using (var blocked = await Copy(cluster, thief).Get("/"))
            Assert.Equal(HttpStatusCode.Forbidden, blocked.StatusCode);

        await Change(cluster, TestUsers.Unlimited);
        using (var after = await Copy(cluster, thief).Get("/"))
            Assert.Equal("/login", after.Headers.Location?.ToString());
        await cluster.RestartBroker();
        using (var restarted = await Copy(cluster, thief).Get("/"))
            Assert.Equal("/login", restarted.Headers.Location?.ToString());

        using var anew = await PortalClient.LoggedIn(cluster, "alice");
        await anew.Page("/");
    }

    [Fact]
    public async Task A_copy_of_a_cookie_is_dead_after_the_logout_also_after_a_restart_and_other_logins_of_the_user_are_not()
    {
        await using var cluster = await Start();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        using var phone = await PortalClient.LoggedIn(cluster, "alice");
        using var thief = Copy(cluster, alice);

        (await alice.Post("/logout")).Dispose();

        using (var after = await Copy(cluster, thief).Get("/"))
            Assert.Equal("/login", after.Headers.Location?.ToString());
        await phone.Page("/");
        await cluster.RestartBroker();
        using (var restarted = await Copy(cluster, thief).Get("/"))
            Assert.Equal("/login", restarted.Headers.Location?.ToString());
        await Copy(cluster, phone).Page("/");

        var file = Path.Combine(cluster.Data, "sessions.json");
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.All(thief.Cookies.Values, cookie => Assert.DoesNotContain(cookie, text, StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task The_frameworks_keys_lie_sealed_for_their_owner_alone_and_another_secret_logs_everybody_out()
    {
        var secret = GitLabStage.SessionSecret;
        await using var cluster = await Start(options => options.Portal.SessionSecret = secret);
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        var folder = Path.Combine(cluster.Data, "dp-keys");
        var file = Assert.Single(Directory.GetFiles(folder));
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("<sealed", text, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", text, StringComparison.OrdinalIgnoreCase);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }

        secret = "another session secret, as long as it has to be";
        await cluster.RestartBroker();
        using (var loggedOut = await Copy(cluster, alice).Get("/"))
            Assert.Equal("/login", loggedOut.Headers.Location?.ToString());
        await cluster.BrokerLogs.Until("not of this session secret");
        using (var anew = await PortalClient.LoggedIn(cluster, "alice"))
            await anew.Page("/");

        secret = GitLabStage.SessionSecret;
        await cluster.RestartBroker();
        await Copy(cluster, alice).Page("/");
    }

    [Fact]
    public async Task A_sessions_file_that_cannot_be_read_ends_all_logins_and_the_broker_starts()
    {
        await using var cluster = await Start();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        await File.WriteAllTextAsync(Path.Combine(cluster.Data, "sessions.json"), "{\"sessions\": 5", TestContext.Current.CancellationToken);

        await cluster.RestartBroker();

        using (var after = await Copy(cluster, alice).Get("/"))
            Assert.Equal("/login", after.Headers.Location?.ToString());
        using var anew = await PortalClient.LoggedIn(cluster, "alice");
        await anew.Page("/");
    }

    private static PortalClient Copy(Cluster cluster, PortalClient other)
    {
        var copy = new PortalClient(cluster);
        foreach (var (name, value) in other.Cookies)
            copy.Cookies[name] = value;
        return copy;
    }

    private static Task Change(Cluster cluster, string users)
    {
        cluster.WriteUsers(users);
        return GitLabStage.TakeFiles(cluster);
    }
}
