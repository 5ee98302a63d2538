using Microsoft.Extensions.Hosting;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>Has the dispatcher look again when something has changed about the servers.</summary>
internal sealed class QueueWake(ServerRegistry registry, Dispatcher dispatcher) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        registry.Changed += dispatcher.Look;
        return Task.CompletedTask;
    }

    // What waits while the rest of the process stops is still served.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
