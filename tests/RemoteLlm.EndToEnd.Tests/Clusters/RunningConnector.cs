using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>A connector in this process. Like the command it stops when it wants to itself, or when told.</summary>
internal sealed class RunningConnector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ManualTime? _time;
    private Task? _stopping;

    private RunningConnector(WebApplication app, LogRecorder logs, ManualTime? time) => (_app, Logs, _time) = (app, logs, time);

    /// <summary>What it logged.</summary>
    public LogRecorder Logs { get; }

    /// <summary>Its parts.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Its link to the broker.</summary>
    public LinkState Link => Services.GetRequiredService<LinkState>();

    /// <summary>Completes when it has stopped by its own wish.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public static async Task<RunningConnector> Start(ConnectorOptions options, TimeProvider? time)
    {
        var logs = new LogRecorder();
        var app = ConnectorHost.Create(options, logging =>
        {
            logging.AddProvider(logs).AddFilter("Microsoft", LogLevel.Warning);
            if (time is not null)
                logging.Services.AddSingleton(time);
        });
        var connector = new RunningConnector(app, logs, time as ManualTime);
        await app.StartAsync(TestContext.Current.CancellationToken);
        connector.Ended = connector.EndWhenAsked();
        await app.Services.GetRequiredService<ServerRegistry>().FirstLook.OrHang();
        return connector;
    }

    /// <summary>Stops it as SIGTERM does; a second call waits for the first.</summary>
    public Task Stop() => _stopping ??= _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        using var pace = _time?.GoOn();
        await Stop().OrHang();
        await Ended.OrHang();
        await _app.DisposeAsync();
    }

    private async Task EndWhenAsked()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _app.Lifetime.ApplicationStopping.Register(asked.SetResult);
        await asked.Task;
        await Stop();
    }
}
