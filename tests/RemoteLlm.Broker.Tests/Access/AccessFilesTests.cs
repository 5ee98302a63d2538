using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Access;

public sealed class AccessFilesTests : IAsyncDisposable
{
    private const string Good = "users:\n  - gitlab_username: alice\n    api_key: sk-any-text-of-32-characters-or-more\n";
    private const string Broken = "users:\n  - gitlab_username: alice\n    blocked: maybe\n";

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly LogLines _log = new();
    private readonly AccessFiles _files;

    public AccessFilesTests() => _files = new AccessFiles(new AccessFilesOptions(_folder.Path, RequestLimits.Default, []), _time, _log);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _files.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Start_InAnEmptyFolder_MakesBothFilesForTheOwnerAlone()
    {
        await _files.StartAsync(Token);

        Assert.Empty(_files.Users.Users);
        Assert.Empty(_files.Connectors.Connectors);
        Assert.Empty(_files.Errors);
        Assert.Empty(_log.Lines);
        Assert.Equal(UsersTemplate.Text, await File.ReadAllTextAsync(_folder["users.yaml"], Token));
        Assert.True(File.Exists(_folder["connectors.yaml"]));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["users.yaml"]));
        }
    }

    [Fact]
    public async Task Start_WithABrokenFile_RefusesWithItsPlace()
    {
        WriteUsers(Broken);

        var refusal = await Assert.ThrowsAsync<SettingException>(() => _files.StartAsync(Token));

        Assert.StartsWith("users.yaml:3:14: blocked must be true or false.", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public async Task A_change_is_in_force_and_told()
    {
        await _files.StartAsync(Token);
        var before = _files.Users.Revision;
        var told = 0;
        _files.UsersChanged += () => told++;

        WriteUsers(Good);
        await _files.Refresh(Token);

        Assert.True(_files.Users.TryFind(ApiKey.Hash("sk-any-text-of-32-characters-or-more"), out _));
        Assert.True(_files.Users.Revision > before);
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task A_change_is_seen_without_being_asked_for_within_two_seconds_of_the_clock()
    {
        await _files.StartAsync(Token);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _files.UsersChanged += told.SetResult;
        WriteUsers(Good);

        // The operating system's notice comes when it comes; from then on, or from the next look, only the clock counts.
        while (!told.Task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await told.Task.OrHang();
        Assert.Single(_files.Users.Users);
    }

    [Theory]
    [InlineData("replaced by a rename")]
    [InlineData("renamed away and written anew")]
    [InlineData("emptied and written")]
    [InlineData("written in place where no notice comes from")]
    [InlineData("its folder exchanged by a link")]
    public async Task An_edit_is_seen_however_the_editor_saves(string how)
    {
        Need.That(!OperatingSystem.IsWindows(), "links need a privilege on Windows");
        var path = _folder["users.yaml"];
        Directory.CreateDirectory(_folder["elsewhere"]);
        Directory.CreateDirectory(_folder["next"]);
        File.WriteAllText(_folder["elsewhere/users.yaml"], "users:\n");
        File.WriteAllText(_folder["next/users.yaml"], Good);
        if (how.StartsWith("written in place", StringComparison.Ordinal))
            File.CreateSymbolicLink(path, _folder["elsewhere/users.yaml"]);
        else if (how.StartsWith("its folder", StringComparison.Ordinal))
        {
            Directory.CreateSymbolicLink(_folder["data"], _folder["elsewhere"]);
            File.CreateSymbolicLink(path, _folder["data/users.yaml"]);
        }
        else
            WriteUsers("users:\n");
        await _files.StartAsync(Token);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _files.UsersChanged += () => told.TrySetResult();

        switch (how)
        {
            case "replaced by a rename":
                File.Move(_folder.Write("users.yaml.new", Good), path, overwrite: true);
                break;
            case "renamed away and written anew":
                File.Move(path, path + "~");
                WriteUsers(Good);
                break;
            case "emptied and written":
                File.WriteAllText(path, "");
                WriteUsers(Good);
                break;
            case "written in place where no notice comes from":
                File.WriteAllText(_folder["elsewhere/users.yaml"], Good);
                break;
            default:
                Directory.CreateSymbolicLink(_folder["data.new"], _folder["next"]);
                Directory.Delete(_folder["data"]);
                Directory.Move(_folder["data.new"], _folder["data"]);
                break;
        }

        while (!told.Task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal("alice", Assert.Single(_files.Users.Users).Name);
        Assert.Empty(_files.Errors);
    }

    [Fact]
    public async Task A_broken_edit_leaves_the_last_good_state_in_force_and_is_logged_once()
    {
        WriteUsers(Good);
        await _files.StartAsync(Token);
        var good = _files.Users;

        WriteUsers(Broken);
        await _files.Refresh(Token);
        WriteUsers(Broken + "# saved again\n");
        await _files.Refresh(Token);

        Assert.Same(good, _files.Users);
        var error = Assert.Single(_files.Errors);
        Assert.Equal((3, 14), (error.Line, error.Column));
        Assert.Single(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("3:14", StringComparison.Ordinal));

        WriteUsers(Good + "  - gitlab_username: bob\n");
        await _files.Refresh(Token);
        Assert.Empty(_files.Errors);
        Assert.Equal(2, _files.Users.Users.Count);
        Assert.Single(_log.Lines, line => line.Contains("good again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_vanishes_leaves_the_last_good_state_in_force()
    {
        WriteUsers(Good);
        await _files.StartAsync(Token);

        File.Delete(_folder["users.yaml"]);
        await _files.Refresh(Token);

        Assert.Single(_files.Users.Users);
        Assert.Contains("is gone", Assert.Single(_files.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_others_may_read_is_warned_about_and_taken()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        WriteUsers(Good);
        File.SetUnixFileMode(_folder["users.yaml"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        await _files.StartAsync(Token);

        Assert.Single(_files.Users.Users);
        Assert.Single(_log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("mode 604", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unknown_fields_are_warned_about_with_their_line()
    {
        WriteUsers(Good + "    colour: red\n");
        await _files.StartAsync(Token);

        Assert.Single(_log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("4:5", StringComparison.Ordinal) && line.Contains("colour", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connectors_are_live_too()
    {
        await _files.StartAsync(Token);
        var told = 0;
        _files.ConnectorsChanged += () => told++;

        await new RemoteLlm.Broker.Access.Connectors.ConnectorsFileEditor(_folder.Path, _time).Add("gpu-box", ConnectorToken.Generate(), Token);
        await _files.Refresh(Token);

        Assert.Equal(1, told);
        Assert.NotNull(_files.Connectors.FindName("gpu-box"));
    }

    // As an operator keeps it: for himself alone.
    private void WriteUsers(string text)
    {
        _folder.Write("users.yaml", text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["users.yaml"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private sealed class LogLines : ILogger<AccessFiles>
    {
        private readonly Lock _gate = new();
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_gate)
                {
                    return [.. _lines];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_gate)
            {
                _lines.Add($"{logLevel} {formatter(state, exception)}");
            }
        }
    }
}
