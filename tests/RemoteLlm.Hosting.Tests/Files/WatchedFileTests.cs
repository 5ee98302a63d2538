using System.Threading.Channels;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Files;

public sealed class WatchedFileTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly Channel<FileSnapshot> _reports = Channel.CreateBounded<FileSnapshot>(100);
    private WatchedFile? _file;

    [Fact]
    public async Task Edit_InPlace_IsReportedOnce()
    {
        Watch(_folder.Write("users.yaml", "one"));
        _folder.Write("users.yaml", "two");
        Assert.Equal("two", (await NextReport()).Text);
        await AssertNothingMore();
    }

    [Fact]
    public async Task Edit_ByReplacingTheFile_IsReported()
    {
        Watch(_folder.Write("users.yaml", "one"));
        AtomicFile.Write(_folder["users.yaml"], "two");
        Assert.Equal("two", (await NextReport()).Text);
    }

    [Fact]
    public async Task Removal_AndReturn_AreStates()
    {
        Watch(_folder.Write("users.yaml", "one"));
        File.Delete(_folder["users.yaml"]);
        Assert.Equal(FileCondition.Missing, (await NextReport()).Condition);
        _folder.Write("users.yaml", "again");
        Assert.Equal("again", (await NextReport()).Text);
    }

    [Fact]
    public async Task FileInAFolderThatIsMadeLater_IsReported()
    {
        var folder = Directory.CreateDirectory(_folder["later"]).FullName;
        Directory.Delete(folder);
        Watch(Path.Combine(folder, "users.yaml"));
        Assert.Equal(FileCondition.Missing, _file!.Current.Condition);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "users.yaml"), "born");
        Assert.Equal("born", (await NextReport()).Text);
    }

    [Fact]
    public async Task Touch_WithoutNewContent_IsNotReported()
    {
        var path = _folder.Write("users.yaml", "one");
        Watch(path);
        File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime.AddDays(1));
        _folder.Write("users.yaml", "one");
        await AssertNothingMore();
    }

    [Fact]
    public async Task EditOfALinksTarget_WhichTheSystemAnnouncesElsewhere_IsFoundByThePoll()
    {
        Need.That(!OperatingSystem.IsWindows(), "links need a privilege on Windows");
        Directory.CreateDirectory(_folder["elsewhere"]);
        var target = _folder.Write(Path.Combine("elsewhere", "real.yaml"), "one");
        File.CreateSymbolicLink(_folder["users.yaml"], target);
        Watch(_folder["users.yaml"]);

        File.WriteAllText(target, "two");

        Assert.Equal("two", (await NextReport()).Text);
    }

    [Fact]
    public async Task HalfWrittenFile_IsNotReportedUntilItSettles()
    {
        var path = _folder.Write("users.yaml", "one");
        Watch(path, meanwhile: () => _folder.Write("users.yaml", ""));
        // The poll and, as the emptied file was seen, the settling.
        await _time.UntilArmed(2);
        _folder.Write("users.yaml", "two");
        Assert.Equal("two", (await NextReport()).Text);
        await AssertNothingMore();
    }

    [Fact]
    public async Task Edit_IsLiveWithinTwoSecondsOfTheClock()
    {
        Watch(_folder.Write("users.yaml", "one"));
        var start = _time.GetTimestamp();
        _folder.Write("users.yaml", "two");
        await NextReport();
        Assert.InRange(_time.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Refresh_ReportsAtOnceAndWaitsForTheCallback()
    {
        Watch(_folder.Write("users.yaml", "one"));
        AtomicFile.Write(_folder["users.yaml"], "two");
        await _file!.Refresh(TestContext.Current.CancellationToken);
        Assert.True(_reports.Reader.TryRead(out var report));
        Assert.Equal("two", report.Text);
        Assert.Same(report, _file.Current);
    }

    [Fact]
    public async Task CallbackThatThrows_DoesNotEndTheWatching()
    {
        var path = _folder.Write("users.yaml", "one");
        _file = new WatchedFile(path, _time);
        _file.Load();
        _file.Watch(snapshot =>
        {
            Assert.True(_reports.Writer.TryWrite(snapshot));
            throw new InvalidOperationException("broken listener");
        });
        _folder.Write("users.yaml", "two");
        Assert.Equal("two", (await NextReport()).Text);
        _folder.Write("users.yaml", "three");
        Assert.Equal("three", (await NextReport()).Text);
    }

    [Fact]
    public void Watch_BeforeLoad_IsAProgrammingError()
    {
        _file = new WatchedFile(_folder["users.yaml"], _time);
        Assert.Throws<InvalidOperationException>(() => _file.Watch(_ => { }));
    }

    [Fact]
    public async Task Dispose_EndsTheReports()
    {
        Watch(_folder.Write("users.yaml", "one"));
        await _file!.DisposeAsync();
        _folder.Write("users.yaml", "two");
        Assert.Equal(0, _time.ArmedTimers);
        Assert.False(_reports.Reader.TryRead(out _));
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null) await _file.DisposeAsync();
        _folder.Dispose();
    }

    private void Watch(string path, Action? meanwhile = null)
    {
        _file = new WatchedFile(path, _time);
        _file.Load();
        meanwhile?.Invoke();
        _file.Watch(snapshot => Assert.True(_reports.Writer.TryWrite(snapshot)));
    }

    /// <summary>Moves the clock by as little as needed until a report has come.</summary>
    private async Task<FileSnapshot> NextReport()
    {
        var report = _reports.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        if (_time.ArmedTimers == 1) _time.Advance(WatchedFile.PollPeriod);
        while (!report.IsCompleted)
        {
            await Task.WhenAny(report, _time.UntilArmed(2)).OrHang();
            if (!report.IsCompleted) _time.Advance(WatchedFile.SettleTime);
        }

        return await report;
    }

    /// <summary>Looks anew, as a poll would, with everything that was announced before having been looked at.</summary>
    private async Task AssertNothingMore()
    {
        await _file!.Refresh(TestContext.Current.CancellationToken);
        Assert.False(_reports.Reader.TryRead(out var report), $"reported again: {report?.Text}");
    }
}
