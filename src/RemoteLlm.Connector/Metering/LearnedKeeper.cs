using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Connector.Metering;

/// <summary>
/// Keeps what <see cref="TokenEstimator"/> learns across restarts: reads it at start, writes it at stop and, where something changed, once a
/// <see cref="Period"/>. A file that is broken or cannot be written costs a line of the log and nothing else.
/// </summary>
/// <param name="estimator">What learns.</param>
/// <param name="path">The file; its folder must exist when something is written.</param>
/// <param name="time">Where time comes from.</param>
/// <param name="logger">Where problems go.</param>
internal sealed partial class LearnedKeeper(TokenEstimator estimator, string path, TimeProvider time, ILogger<LearnedKeeper> logger) : BackgroundService
{
    /// <summary>The least time between two writes.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private long _saved;
    private bool _failed;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Load();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        SaveIfChanged();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                SaveIfChanged();
        }
        catch (OperationCanceledException)
        {
            // Stopping saves once more.
        }
    }

    private void Load()
    {
        var models = LearnedFile.Read(path, out var problem);
        var unusable = estimator.Restore(models);
        if (problem is not null || unusable > 0)
            LoadFailed(logger, path, problem ?? $"{unusable} of {models.Count} models hold figures that cannot be");
        _saved = estimator.Version;
    }

    private void SaveIfChanged()
    {
        var version = estimator.Version;
        if (version == _saved)
            return;
        try
        {
            LearnedFile.Write(path, estimator.Save());
            (_saved, _failed) = (version, false);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Once, not every minute for as long as the disk is full.
            if (!_failed)
                SaveFailed(logger, path, problem.Message);
            _failed = true;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Learned token counts not read, learning anew {File} {Problem}")]
    private static partial void LoadFailed(ILogger logger, string file, string problem);

    [LoggerMessage(2, LogLevel.Warning, "Learned token counts not saved {File} {Problem}")]
    private static partial void SaveFailed(ILogger logger, string file, string problem);
}
