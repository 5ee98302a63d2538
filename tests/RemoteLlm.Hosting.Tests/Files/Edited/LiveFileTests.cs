using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Hosting.Tests.Files.Edited;

public sealed class LiveFileTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogRecorder _log = new();
    private LiveFile<string>? _file;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void A_missing_file_is_made_of_the_template()
    {
        var file = Open("template");

        Assert.Null(file.Load());
        Assert.Equal("template", file.Current);
        Assert.Equal("template", File.ReadAllText(_folder["list"]));
    }

    [Fact]
    public async Task Without_a_template_a_missing_file_means_nothing_and_none_is_made()
    {
        var file = Open(template: null);

        Assert.Null(file.Load());
        file.Watch();
        await file.Refresh(Token);

        Assert.Equal(("nothing", null), (file.Current, file.LastError));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

        _folder.Write("list", "something");
        await file.Refresh(Token);
        Assert.Equal("something", file.Current);
    }

    [Fact]
    public async Task A_file_that_vanishes_leaves_the_last_good_state_in_force()
    {
        _folder.Write("list", "something");
        var file = Open(template: null);
        file.Load();
        file.Watch();

        File.Delete(_folder["list"]);
        await file.Refresh(Token);

        Assert.Equal("something", file.Current);
        Assert.Contains("is gone", file.LastError!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_is_logged_with_its_place_once_and_what_was_in_force_stays()
    {
        _folder.Write("list", "something");
        var file = Open(template: null);
        file.Load();
        file.Watch();

        _folder.Write("list", "bad");
        await file.Refresh(Token);
        _folder.Write("list", "bad again");
        await file.Refresh(Token);

        Assert.Equal(("something", 3, 14), (file.Current, file.LastError!.Line, file.LastError.Column));
        Assert.Single(_log.Entries, entry => entry.Level == LogLevel.Error && entry.Says("list", "3:14"));

        _folder.Write("list", "good");
        await file.Refresh(Token);
        Assert.Equal(("good", null), (file.Current, file.LastError));
    }

    private LiveFile<string> Open(string? template) => _file = new LiveFile<string>(
        _folder["list"], template, "nothing", Parse, new ManualTime(), _log.CreateLogger("live"));

    private static FileReading<string> Parse(string text) => text.StartsWith("bad", StringComparison.Ordinal)
        ? new FileReading<string>(null, [new FileProblem("list", 3, 14, "It is bad.")], [])
        : new FileReading<string>(text, [], []);
}
