using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RemoteLlm.Cli.Running;

/// <summary>Runs servers in the foreground until they are told to stop: SIGTERM, Ctrl-C, or a server's own wish. A second signal ends the process now.</summary>
internal static class ForegroundRun
{
    /// <summary>Starts the server, waits, and stops it in good order.</summary>
    public static async Task RunAsync(WebApplication app, CancellationToken cancellationToken)
    {
        using var stop = new StopSignal();
        await using (app)
        {
            await app.StartAsync(cancellationToken);
            var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, lifetime.ApplicationStopping, cancellationToken);
            await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await app.StopAsync(CancellationToken.None);
        }
    }
}
