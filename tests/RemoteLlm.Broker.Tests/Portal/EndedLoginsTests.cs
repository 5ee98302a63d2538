using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal;
using RemoteLlm.Broker.Portal.Signin.Logins;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Portal;

/// <summary>Which logins are over, and how much is kept of them.</summary>
public sealed class EndedLoginsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("logins").FullName;

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Beyond_the_most_sessions_all_logins_of_who_ends_one_are_over_and_the_file_grows_no_more()
    {
        var now = _time.GetUtcNow();
        var sessions = string.Join(", ", Enumerable.Range(0, EndedLogins.MostSessions).Select(i => $"\"s{i}\": \"{now + EndedLogins.Longest:O}\""));
        AtomicFile.Write(Path.Combine(_folder, "sessions.json"), $"{{\"sessions\": {{{sessions}}}, \"users\": {{}}}}");
        await using var files = Files();
        var ended = await Started(files);
        var (mine, another, ofBob) = (Login(ended, "alice", "mine"), Login(ended, "alice", "another"), Login(ended, "bob", "another"));
        Assert.True(ended.IsOver("bob", Login(ended, "bob", "s7")));

        ended.End("alice", mine);

        Assert.True(ended.IsOver("alice", mine));
        Assert.True(ended.IsOver("alice", another));
        Assert.False(ended.IsOver("bob", ofBob));
        Assert.False(ended.IsOver("alice", Login(ended, "alice", "new")));
        Assert.DoesNotContain("mine", AtomicFile.ReadText(Path.Combine(_folder, "sessions.json")), StringComparison.Ordinal);
        await ended.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_block_ends_logins_that_began_while_the_clock_was_ahead()
    {
        Write("users:\n  - gitlab_username: alice\n");
        await using var files = Files();
        await files.StartAsync(TestContext.Current.CancellationToken);
        var ended = await Started(files);
        _time.JumpWallClock(TimeSpan.FromHours(1));
        var before = Login(ended, "alice", "before");
        _time.JumpWallClock(TimeSpan.FromHours(-1));

        foreach (var blocked in new[] { true, false })
        {
            Write($"users:\n  - gitlab_username: alice\n    blocked: {(blocked ? "true" : "false")}\n");
            await files.Refresh(TestContext.Current.CancellationToken);
        }

        Assert.True(ended.IsOver("alice", before));
        var after = Login(ended, "alice", "after");
        Assert.False(ended.IsOver("alice", after));
        // Twice in the same moment, as a clock that was set back may have it.
        foreach (var blocked in new[] { true, false })
        {
            Write($"users:\n  - gitlab_username: alice\n    blocked: {(blocked ? "true" : "false")}\n");
            await files.Refresh(TestContext.Current.CancellationToken);
        }

        Assert.True(ended.IsOver("alice", after));
        var restarted = await Started(files);
        Assert.True(restarted.IsOver("alice", before));
        Assert.True(restarted.IsOver("alice", after));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.True(restarted.IsOver("alice", before));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_has_ended_is_over_also_when_the_clock_was_far_ahead_for_a_while(bool restarted)
    {
        Write("users:\n  - gitlab_username: alice\n  - gitlab_username: bob\n");
        await using var files = Files();
        await files.StartAsync(TestContext.Current.CancellationToken);
        var ended = await Started(files);
        var (loggedOut, blocked) = (Login(ended, "alice", "out"), Login(ended, "bob", "blocked"));
        ended.End("alice", loggedOut);
        foreach (var bob in new[] { "\n    blocked: true\n", "\n" })
        {
            Write("users:\n  - gitlab_username: alice\n  - gitlab_username: bob" + bob);
            await files.Refresh(TestContext.Current.CancellationToken);
        }

        _time.JumpWallClock(TimeSpan.FromDays(400));
        ended.End("alice", Login(ended, "alice", "ahead"));
        _time.JumpWallClock(TimeSpan.FromDays(-400));

        var now = restarted ? await Started(files) : ended;
        Assert.True(now.IsOver("alice", loggedOut));
        Assert.True(now.IsOver("bob", blocked));
        Assert.False(now.IsOver("alice", Login(now, "alice", "new")));
        Assert.False((await Started(files)).IsOver("alice", Login(now, "alice", "new")));
    }

    [Fact]
    public async Task A_login_that_began_while_the_clock_was_far_ahead_is_over_when_that_is_put_right()
    {
        await using var files = Files();
        var ended = await Started(files);
        _time.JumpWallClock(TimeSpan.FromDays(400));
        var login = Login(ended, "alice", "ahead");
        Assert.False(ended.IsOver("alice", login));

        _time.JumpWallClock(TimeSpan.FromDays(-400));

        Assert.True(ended.IsOver("alice", login));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_a_little_ends_no_login()
    {
        await using var files = Files();
        var ended = await Started(files);
        ended.End("alice", Login(ended, "alice", "old"));
        _time.Advance(EndedLogins.Longest + TimeSpan.FromDays(2));
        var login = Login(ended, "alice", "mine");
        ended.End("alice", Login(ended, "alice", "another"));

        _time.JumpWallClock(TimeSpan.FromHours(-12));

        Assert.False(ended.IsOver("alice", login));
    }

    [Fact]
    public async Task A_login_lasts_as_long_as_the_setting_says()
    {
        await using var files = Files();
        var ended = await Started(files, new PortalOptions { SessionLifetime = TimeSpan.FromHours(2) });
        var login = Login(ended, "alice", "mine");

        _time.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        Assert.False(ended.IsOver("alice", login));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(ended.IsOver("alice", login));
    }

    private AccessFilesOptions Options => new(_folder, RequestLimits.None, []);

    private AccessFiles Files() => new(Options, _time, NullLogger<AccessFiles>.Instance);

    private void Write(string users) => AtomicFile.Write(Path.Combine(_folder, "users.yaml"), users);

    private PortalLogin Login(EndedLogins ended, string user, string session) => new(session, _time.GetUtcNow(), ended.TurnOf(user));

    private async Task<EndedLogins> Started(AccessFiles files, PortalOptions? portal = null)
    {
        var ended = new EndedLogins(files, Options, portal ?? new PortalOptions(), _time, NullLogger<EndedLogins>.Instance);
        await ended.StartAsync(TestContext.Current.CancellationToken);
        return ended;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
