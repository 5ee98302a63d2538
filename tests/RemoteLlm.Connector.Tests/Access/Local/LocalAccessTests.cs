using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Access.Local;

public sealed class LocalAccessTests : IAsyncDisposable
{
    private static readonly RosterEntry s_entry = new("alice", "laptop", default, new RequestLimits(60, 10) { TokensPerMinute = 1000 }, ["llama*"]);

    // Sunday, 10:00.
    private readonly ManualTime _time = new();
    private readonly TemporaryFolder _folder = new();
    private readonly AccessFile _file;
    private readonly LocalAccess _access;

    public LocalAccessTests()
    {
        _file = new AccessFile(_folder.Path, _time, NullLogger<AccessFile>.Instance);
        _access = new LocalAccess([_file], _time);
    }

    public async ValueTask DisposeAsync()
    {
        _access.Dispose();
        await _file.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_that_is_missing_is_made_and_narrows_nothing()
    {
        await Start();

        Assert.Equal(AccessTemplate.Text, await File.ReadAllTextAsync(Path.Combine(_folder.Path, "access.yaml"), TestContext.Current.CancellationToken));
        Assert.Same(s_entry, _access.Narrow(s_entry));
        Assert.Equal(SharingState.Open, _access.Standing.State);
        Assert.True(_access.ModelAllowed("anything"));
        Assert.Null(_access.Judge(s_entry).Error);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_no_reason_not_to_start()
    {
        await using var file = new AccessFile(Path.Combine(_folder.Write("plain-file", ""), "below"), _time, NullLogger<AccessFile>.Instance);

        await file.StartAsync(TestContext.Current.CancellationToken);

        Assert.Same(AccessRules.None, file.Current);
    }

    [Fact]
    public async Task A_mistake_at_the_start_refuses_the_start_and_a_later_one_leaves_the_last_good_state()
    {
        _folder.Write("access.yaml", "paused: perhaps\n");
        var exception = await Assert.ThrowsAsync<SettingException>(Start);
        Assert.Contains("access.yaml:1:9: paused must be true or false.", exception.Message, StringComparison.Ordinal);

        _folder.Write("access.yaml", "paused: true\n");
        await Start();
        Assert.Equal(SharingState.Paused, _access.Standing.State);
        await Write("users: alice\n");
        Assert.Equal((1, 8), (_access.Problem!.Line, _access.Problem.Column));
        Assert.Equal(SharingState.Paused, _access.Standing.State);

        File.Delete(Path.Combine(_folder.Path, "access.yaml"));
        await Looks();
        Assert.Contains("is gone", _access.Problem!.Message, StringComparison.Ordinal);
        Assert.Equal(SharingState.Paused, _access.Standing.State);

        await Write("users: [alice]\n");
        Assert.Null(_access.Problem);
        Assert.Equal(SharingState.Open, _access.Standing.State);
    }

    [Fact]
    public async Task Limits_and_models_are_lowered_and_never_raised()
    {
        await Start("models: [\"*3*\"]\nlimits: { requests_per_minute: 100, burst: 3, concurrent_requests: 2 }\n");

        var narrowed = _access.Narrow(s_entry)!;

        Assert.Equal(new RequestLimits(60, 3) { TokensPerMinute = 1000, ConcurrentRequests = 2 }, narrowed.Limits);
        Assert.Equal((true, false, false), (narrowed.Allows("llama3"), narrowed.Allows("llama2"), narrowed.Allows("qwen3")));
        Assert.Same(narrowed, _access.Narrow(s_entry));
        // What a broker says of it has no way in: the roster is not asked what this machine's owner thinks.
        Assert.Equal(narrowed.Limits, _access.Narrow(s_entry with { ModelsHere = ["*"] })!.Limits);
        Assert.False(_access.Narrow(s_entry with { ModelsHere = ["*"] })!.Allows("llama2"));
    }

    [Fact]
    public async Task What_is_refused_says_why()
    {
        await Start("users: [bob]\npaused: true\n");

        Assert.Equal("not_allowed_here", _access.Judge(s_entry).Error!.Code);
        Assert.Equal("key_blocked", _access.Judge(s_entry with { Blocked = true }).Error!.Code);
        Assert.Equal(("sharing_paused", TimeSpan.FromMinutes(1)), (_access.Judge(s_entry with { User = "bob" }).Error!.Code, _access.Judge(s_entry with { User = "bob" }).Error!.RetryAfter));

        await Write("users: [alice]\nhours: [\"12:00-20:00\"]\n");
        Assert.Equal(("sharing_paused", TimeSpan.FromHours(2) - WatchTime), (_access.Judge(s_entry).Error!.Code, _access.Judge(s_entry).Error!.RetryAfter));
    }

    [Fact]
    public async Task Hours_open_and_close_by_themselves_to_the_minute()
    {
        await Start("hours: [\"10:30-11:00\"]\n");
        var changes = 0;
        _access.Changed += () => changes++;
        Assert.Equal((SharingState.Closed, At(10, 30)), (_access.Standing.State, _access.Standing.Until));

        _time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromMilliseconds(1));
        Assert.Equal((0, SharingState.Closed), (changes, _access.Standing.State));
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal((1, SharingState.Open, At(11, 0)), (changes, _access.Standing.State, _access.Standing.Until));
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal((2, SharingState.Closed, At(10, 30).AddDays(1)), (changes, _access.Standing.State, _access.Standing.Until));
    }

    [Fact]
    public async Task A_clock_that_jumps_is_noticed_within_a_minute_and_by_the_next_request_at_once()
    {
        await Start("hours: [\"09:00-20:00\"]\n");
        var changes = 0;
        _access.Changed += () => changes++;

        _time.JumpWallClock(TimeSpan.FromHours(12));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, changes);
        Assert.Equal(SharingState.Closed, _access.Standing.State);

        _time.JumpWallClock(TimeSpan.FromHours(-12));
        Assert.Null(_access.Judge(s_entry).Error);
        Assert.Equal(2, changes);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("hours: [\"09:00-20:00\"]\n", 1)]
    [InlineData("hours: [\"09:00-20:00\"]\npaused: true\n", 0)]
    public async Task Without_hours_to_wait_for_no_timer_runs(string text, int timers)
    {
        await Start(text);
        // Those of the watch end with it.
        await _file.DisposeAsync();

        Assert.Equal(timers, _time.ArmedTimers);
    }

    [Fact]
    public void A_connector_without_a_data_folder_narrows_nothing()
    {
        using var access = new LocalAccess([], _time);

        Assert.Same(s_entry, access.Narrow(s_entry));
        Assert.Null(access.Judge(s_entry).Error);
    }

    // How far the clock goes while the file is looked at.
    private TimeSpan WatchTime => _time.GetUtcNow() - At(10, 0);

    private static DateTimeOffset At(int hour, int minute) => new(2025, 11, 30, hour, minute, 0, TimeSpan.Zero);

    private async Task Start(string text)
    {
        _folder.Write("access.yaml", text);
        await Start();
    }

    private async Task Start()
    {
        await _file.StartAsync(TestContext.Current.CancellationToken);
        await _access.StartAsync(TestContext.Current.CancellationToken);
    }

    private async Task Write(string text)
    {
        _folder.Write("access.yaml", text);
        await Looks();
    }

    private async Task Looks() => await _file.Refresh(TestContext.Current.CancellationToken).AsTask().OrHang();
}
