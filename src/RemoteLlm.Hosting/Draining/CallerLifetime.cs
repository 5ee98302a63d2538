using Microsoft.Extensions.Hosting;

namespace RemoteLlm.Hosting.Draining;

/// <summary>The caller starts and stops the server; it takes no signals of the process, which belong to the program that hosts it.</summary>
public sealed class CallerLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
