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
        await Task.WhenAll(steps.Select(step => TryAsync(step, () => step.BeginDrainAsync(cancellationToken))));
        try
        {
            await idle.WaitAsync(options.Value.Grace, time, cancellationToken);
            Drained(logger);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            GraceOver(logger, requests.Count);
        }

        await Task.WhenAll(steps.Select(step => TryAsync(step, () => step.EndDrainAsync(cancellationToken))));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A peer that cannot be told is no reason to cut off the requests that run.
    private async Task TryAsync(IDrainStep step, Func<Task> doing)
    {
        try
        {
            await doing();
        }
        catch (Exception exception)
        {
            StepFailed(logger, step.GetType().Name, exception.GetType().Name);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Draining {Requests}")]
    private static partial void Draining(ILogger logger, int requests);

    [LoggerMessage(2, LogLevel.Information, "Drained")]
    private static partial void Drained(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "Grace over; requests are cut off {Requests}")]
    private static partial void GraceOver(ILogger logger, int requests);

    [LoggerMessage(4, LogLevel.Warning, "Drain step failed {Step} {Cause}")]
    private static partial void StepFailed(ILogger logger, string step, string cause);
}
