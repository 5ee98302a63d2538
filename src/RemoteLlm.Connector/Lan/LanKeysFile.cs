using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Files;

namespace RemoteLlm.Connector.Lan;

/// <summary>Follows the file of keys while people edit it. A broken edit is reported, and the keys before it stay in force.</summary>
internal sealed partial class LanKeysFile(LanSettings settings, TimeProvider time, ILogger<LanKeysFile> logger) : IHostedService, IAsyncDisposable
{
    private WatchedFile? _file;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Keys.File is not { } path)
            return Task.CompletedTask;
        _file = new WatchedFile(path, time, logger);
        // It was read when the settings were; what was written since is not lost.
        Take(_file.Load());
        _file.Watch(Take);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Take(FileSnapshot snapshot)
    {
        if (settings.Keys.Replace(snapshot) is { } problem)
            NotTaken(logger, problem);
        else
            Taken(logger, settings.Keys.Count);
    }

    [LoggerMessage(1, LogLevel.Information, "LAN keys in force {Keys}")]
    private static partial void Taken(ILogger logger, int keys);

    [LoggerMessage(2, LogLevel.Error, "LAN keys not taken, those before them stay in force: {Problem}")]
    private static partial void NotTaken(ILogger logger, string problem);
}
