using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Connectors;

/// <summary>
/// What the broker tells connectors over their control connections. Never throws and never takes long: what one connector does not read must not keep anything from another. One that cannot be told
/// loses its control connection, and learns everything anew with the next.
/// </summary>
internal sealed partial class ConnectorCalls(IHubContext<ConnectorHub, IConnectorClient> hub, TimeProvider time, ILogger<ConnectorCalls> logger)
{
    // SignalR buffers what it sends: longer than this only a broken connection takes, or one whose owner does not read it.
    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(2);

    /// <summary>Tells a connector that this session of it is to take no more requests, and why.</summary>
    public Task DrainAsync(ConnectorSession session, DrainReason reason, string detail, CancellationToken cancellationToken = default) =>
        TellAsync(session, connector => connector.BeginDrain(reason, detail), s_drainTime, cancellationToken);

    /// <summary>Tells a connector something, over the control connection that its session has now; without one it is told nothing.</summary>
    /// <param name="session">The session.</param>
    /// <param name="tell">What to say.</param>
    /// <param name="longest">How long that may take.</param>
    /// <param name="cancellationToken">Gives up before.</param>
    public Task TellAsync(ConnectorSession session, Func<IConnectorClient, Task> tell, TimeSpan longest, CancellationToken cancellationToken = default) =>
        session.Control is { } control ? TellAsync(session, control, tell, longest, cancellationToken) : Task.CompletedTask;

    /// <summary>Tells a connector something over this control connection of it, although it may have another by now.</summary>
    public async Task TellAsync(ConnectorSession session, ControlLine control, Func<IConnectorClient, Task> tell, TimeSpan longest, CancellationToken cancellationToken = default)
    {
        try
        {
            var telling = tell(hub.Clients.Client(control.Id));
            // Given up, it may fail yet, and nobody is there any more to see it.
            _ = telling.ContinueWith(static told => _ = told.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await telling.WaitAsync(longest, time, cancellationToken);
        }
        catch (Exception exception)
        {
            NotTold(logger, session.ConnectorId, session.Id, exception.GetType().Name);
            control.Abort();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Connector could not be told; its control connection is ended {Connector} {Session} {Cause}")]
    private static partial void NotTold(ILogger logger, string connector, string session, string cause);
}
