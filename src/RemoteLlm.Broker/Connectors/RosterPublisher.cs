using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Sends every connector what has changed in its roster whenever users or keys change, and ends the sessions of connectors that were removed.</summary>
internal sealed partial class RosterPublisher(
    AccessFiles files, EdgeDirectory directory, SessionRegistry registry, ConnectorSessions sessions, SessionEnds ends, ILogger<RosterPublisher> logger) : BackgroundService
{
    private readonly SemaphoreSlim _usersChanged = new(0, 1);
    private readonly SemaphoreSlim _connectorsChanged = new(0, 1);

    public override void Dispose()
    {
        _usersChanged.Dispose();
        _connectorsChanged.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var usersChanged = () => Signal(_usersChanged);
        var connectorsChanged = () => Signal(_connectorsChanged);
        directory.Changed += usersChanged;
        files.ConnectorsChanged += connectorsChanged;
        try
        {
            await Task.WhenAll(PublishAsync(stoppingToken), RevokeAsync(stoppingToken));
        }
        finally
        {
            directory.Changed -= usersChanged;
            files.ConnectorsChanged -= connectorsChanged;
        }
    }

    private async Task PublishAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _usersChanged.WaitAsync(stopping);
            var open = registry.All;
            foreach (var session in open)
                sessions.PushRoster(session);
            Published(logger, directory.Users.Revision, open.Length);
        }
    }

    private async Task RevokeAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _connectorsChanged.WaitAsync(stopping);
            await ends.RevokeUnknownAsync();
        }
    }

    private static void Signal(SemaphoreSlim signal)
    {
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // A round is due already and will see the newest state.
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Roster published {Revision} {Sessions}")]
    private static partial void Published(ILogger logger, long revision, int sessions);
}
