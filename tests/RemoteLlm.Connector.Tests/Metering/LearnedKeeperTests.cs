using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Connector.Tests.Metering;

public sealed class LearnedKeeperTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly LogRecorder _logs = new();
    private readonly ILoggerFactory _loggers;

    public LearnedKeeperTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_logs));

    private string File => _folder[LearnedFile.Name];

    public void Dispose()
    {
        _loggers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_learnt_outlives_a_restart()
    {
        var estimator = new TokenEstimator();
        using var keeper = await Start(estimator);
        for (var i = 0; i < 30; i++)
            estimator.Learn("box", "m:7b-q4", Prompts.Some(i), 400);
        await keeper.StopAsync(TestContext.Current.CancellationToken).OrHang();

        var next = new TokenEstimator();
        using var other = await Start(next);
        var (was, now) = (estimator.Estimate("box", "m:7b-q4", Prompts.Some(99)), next.Estimate("box", "m:7b-q4", Prompts.Some(99)));
        Assert.Equal(was.Tokens, now.Tokens, 1.0);
        Assert.Equal(was.Margin, now.Margin, 0.01);
        Assert.NotEqual(new TokenEstimator().Estimate("box", "m:7b-q4", Prompts.Some(99)), now);
        Assert.Empty(_logs.Entries);

        // Nothing new: nothing to write.
        System.IO.File.Delete(File);
        await other.StopAsync(TestContext.Current.CancellationToken).OrHang();
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task It_is_saved_within_a_minute()
    {
        var estimator = new TokenEstimator();
        using var keeper = await Start(estimator);
        await _time.UntilArmed().OrHang();
        estimator.Learn("box", "m", Prompts.Some(1), 100);
        _time.Advance(LearnedKeeper.Period - TimeSpan.FromSeconds(1));
        Assert.False(System.IO.File.Exists(File));
        var written = Written();
        _time.Advance(TimeSpan.FromSeconds(1));
        await written.OrHang();
        Assert.Single(LearnedFile.Read(File, out _));
        await keeper.StopAsync(TestContext.Current.CancellationToken).OrHang();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"layout\":")]
    [InlineData("[1,2]")]
    [InlineData("{}")]
    [InlineData("{\"layout\":[],\"models\":[null]}")]
    [InlineData("{\"layout\":[],\"models\":[{\"server\":\"a\",\"model\":null,\"state\":null}]}")]
    public async Task A_broken_file_costs_one_warning(string text)
    {
        _folder.Write(LearnedFile.Name, text);
        var estimator = new TokenEstimator();
        using var keeper = await Start(estimator);
        var entry = Assert.Single(_logs.Entries);
        Assert.Equal(LogLevel.Warning, entry.Level);
        Assert.True(entry.Says("learning anew", File), entry.Message);
        Assert.Equal(0, estimator.Models);

        estimator.Learn("box", "m", Prompts.Some(1), 100);
        await keeper.StopAsync(TestContext.Current.CancellationToken).OrHang();
        Assert.Single(LearnedFile.Read(File, out var problem));
        Assert.Null(problem);
    }

    [Fact]
    public async Task Figures_that_cannot_be_are_left_out_and_said_once()
    {
        var estimator = new TokenEstimator();
        estimator.Learn("box", "good", Prompts.Some(1), 100);
        estimator.Learn("box", "bad", Prompts.Some(1), 100);
        LearnedFile.Write(File, [.. estimator.Save().Select(one => one.Model == "bad" ? one with { State = one.State with { Weights = [1, 2] } } : one)]);
        var next = new TokenEstimator();
        using var keeper = await Start(next);
        Assert.Equal("good", Assert.Single(next.Save()).Model);
        Assert.True(Assert.Single(_logs.Entries).Says("1 of 2"));
    }

    [Fact]
    public async Task A_file_of_another_layout_is_passed_over()
    {
        _folder.Write(LearnedFile.Name, """{"layout":["Words"],"models":[]}""");
        using var keeper = await Start(new TokenEstimator());
        Assert.Empty(_logs.Entries);
    }

    [Fact]
    public async Task A_folder_that_is_gone_costs_one_warning()
    {
        var estimator = new TokenEstimator();
        using var keeper = await Start(estimator);
        _folder.Dispose();
        estimator.Learn("box", "m", Prompts.Some(1), 100);
        await keeper.StopAsync(TestContext.Current.CancellationToken).OrHang();
        Assert.Equal(LogLevel.Warning, Assert.Single(_logs.Entries).Level);
    }

    private async Task<LearnedKeeper> Start(TokenEstimator estimator)
    {
        var keeper = new LearnedKeeper(estimator, File, _time, _loggers.CreateLogger<LearnedKeeper>());
        await keeper.StartAsync(TestContext.Current.CancellationToken).OrHang();
        return keeper;
    }

    private async Task Written()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(_folder.Path, LearnedFile.Name);
        watcher.Renamed += (_, _) => written.TrySetResult();
        watcher.Created += (_, _) => written.TrySetResult();
        watcher.EnableRaisingEvents = true;
        await written.Task;
    }
}
