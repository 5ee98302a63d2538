using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Connector.Status;

/// <summary>Writes the run file once everything is up, and takes it away at the end. That it cannot is no reason not to serve.</summary>
internal sealed partial class RunFileKeeper(ConnectorOptions options, ManagementAddress management, ConnectorStart start, ILogger<RunFileKeeper> logger) : IHostedLifecycleService
{
    private RunFile? _file;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.Data is { } folder && management.Url is { } url)
            Try(() => (_file = new RunFile(Environment.ProcessId, FromHere(url), start.At, SoftwareVersion.Text)).Write(folder));
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_file is { } file)
            Try(() => file.Remove(options.Data!));
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A port that listens on every address has none that can be called.
    private static string FromHere(Uri url) => url.Host switch
    {
        "0.0.0.0" => new UriBuilder(url) { Host = "127.0.0.1" }.Uri.ToString(),
        "[::]" => new UriBuilder(url) { Host = "[::1]" }.Uri.ToString(),
        _ => url.ToString(),
    };

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotKept(logger, RunFile.Name, exception.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Run file not kept; `remotellm status` will need --management {File} {Problem}")]
    private static partial void NotKept(ILogger logger, string file, string problem);
}
