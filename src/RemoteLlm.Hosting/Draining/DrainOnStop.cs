using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RemoteLlm.Hosting.Draining;

/// <summary>
/// Before any server stops: tell the peers, let running requests finish, for the grace at most. It works in <see cref="StoppingAsync"/>
/// because the servers close their connections right after it.
/// </summary>
internal sealed partial class DrainOnStop(
    InFlightRequests requests, IEnumerable<IDrainStep> steps, IOptions<DrainOptions> options, TimeProvider time, ILogger<DrainOnStop> logger) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var idle = requests.DrainAsync();
        Draining(logger, requests.Count);
        foreach (var step in steps)
            await step.BeginDrainAsync(cancellationToken);
        try
        {
            await idle.WaitAsync(options.Value.Grace, time, cancellationToken);
            Drained(logger);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            GraceOver(logger, requests.Count);
        }

        foreach (var step in steps)
            await step.EndDrainAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "Draining {Requests}")]
    private static partial void Draining(ILogger logger, int requests);

    [LoggerMessage(2, LogLevel.Information, "Drained")]
    private static partial void Drained(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "Grace over; requests are cut off {Requests}")]
    private static partial void GraceOver(ILogger logger, int requests);
}

/// <summary>Registration of draining.</summary>
public static class DrainRegistration
{
    // What the servers may take to close their connections once the requests are gone.
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(15);

    /// <summary>Adds <see cref="InFlightRequests"/> and the wait for them; the host's shutdown limit is set above the grace.</summary>
    public static IServiceCollection AddDraining(this IServiceCollection services, TimeSpan grace)
    {
        services.AddSingleton<InFlightRequests>();
        services.Configure<DrainOptions>(options => options.Grace = grace);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = grace + CloseTime);
        return services.AddHostedService<DrainOnStop>();
    }
}
