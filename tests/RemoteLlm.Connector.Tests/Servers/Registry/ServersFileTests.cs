using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Connector.Tests.Servers.Registry;

public sealed class ServersFileTests : IAsyncDisposable
{
    private const string Good = """{"servers": [{"name": "a", "url": "http://a:1"}]}""";
    private const string Broken = "{\"servers\": [\n  {\"name\": \"a\"}\n]}";

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly LogRecorder _log = new();
    private readonly LoggerFactory _logging;
    private readonly ServersFile _file;

    public ServersFileTests()
    {
        _logging = new LoggerFactory([_log]);
        _file = new ServersFile(_folder.Path, _time, _logging.CreateLogger<ServersFile>());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _logging.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task No_file_is_an_empty_registry_and_none_is_made()
    {
        await _file.StartAsync(Token);

        Assert.Empty(_file.Current.Servers);
        Assert.Null(_file.Problem);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task A_change_is_in_force_within_two_seconds_of_the_clock()
    {
        await _file.StartAsync(Token);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _file.Changed += () => told.TrySetResult();
        _folder.Write("servers.json", Good);

        while (!told.Task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal("a", Assert.Single(_file.Current.Servers).Name);
    }

    [Fact]
    public async Task A_mistake_leaves_the_last_good_state_and_is_logged_with_its_line()
    {
        _folder.Write("servers.json", Good);
        await _file.StartAsync(Token);
        var good = _file.Current;

        _folder.Write("servers.json", Broken);
        await _file.Refresh(Token);

        Assert.Same(good, _file.Current);
        Assert.Equal((2, 3), (_file.Problem!.Line, _file.Problem.Column));
        Assert.Contains(_log.Entries, entry => entry.Level == LogLevel.Error && entry.Says("servers.json", "2:3", "url is missing"));

        _folder.Write("servers.json", Good + "\n");
        await _file.Refresh(Token);
        Assert.Null(_file.Problem);
    }

    [Fact]
    public async Task With_a_mistake_at_the_start_it_refuses_with_the_place()
    {
        _folder.Write("servers.json", Broken);

        var refusal = await Assert.ThrowsAsync<SettingException>(() => _file.StartAsync(Token));

        Assert.StartsWith("servers.json:2:3: servers[0].url is missing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_editor_writes_is_followed()
    {
        await _file.StartAsync(Token);
        var editor = new ServersFileEditor(_folder.Path, _time);

        Assert.Equal(EditStatus.Written, (await editor.Add(new ServerDraft("new", "http://n:1"), Token)).Status);
        await _file.Refresh(Token);
        Assert.Equal("new", Assert.Single(_file.Current.Servers).Name);

        Assert.Equal(EditStatus.Written, (await editor.Replace(new ServerDraft("new", "http://n:2"), Token)).Status);
        await _file.Refresh(Token);
        Assert.Equal("http://n:2", Assert.Single(_file.Current.Servers).Address.ToString());

        Assert.Equal(EditStatus.Written, (await editor.Remove("new", Token)).Status);
        await _file.Refresh(Token);
        Assert.Empty(_file.Current.Servers);
    }

    [Fact]
    public async Task A_new_file_is_for_its_owner_alone_and_explains_itself()
    {
        var editor = new ServersFileEditor(_folder["data"], _time);
        await editor.Add(new ServerDraft("new", "http://n:1"), Token);

        Assert.StartsWith("// RemoteLlm servers", await File.ReadAllTextAsync(editor.Path, Token), StringComparison.Ordinal);
        Assert.EndsWith("  \"servers\": [\n    {\"name\": \"new\", \"url\": \"http://n:1\"}\n  ]\n}\n", await File.ReadAllTextAsync(editor.Path, Token), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(editor.Path));
    }

    [Fact]
    public async Task Editors_at_once_lose_nothing()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(
            () => new ServersFileEditor(_folder.Path, TimeProvider.System).Add(new ServerDraft($"s{i}", $"http://h{i}:1"), Token), Token))).OrHang();

        Assert.All(outcomes, outcome => Assert.Equal(EditStatus.Written, outcome.Status));
        await _file.StartAsync(Token);
        Assert.Equal(30, _file.Current.Servers.Count);
    }
}
