using Microsoft.Extensions.Logging;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Connectors;

/// <summary>One control connection, as the session sees it: what it can be told, and how it is cut.</summary>
/// <param name="id">SignalR's name of the connection.</param>
/// <param name="connector">The other end.</param>
/// <param name="abort">Ends the connection at once.</param>
/// <param name="time">Where time comes from.</param>
/// <param name="logger">Where failures to tell go.</param>
internal sealed partial class ControlLine(string id, IConnectorClient connector, Action abort, TimeProvider time, ILogger logger)
{
    // SignalR buffers what it sends: longer than this only a stalled connection takes, and SignalR ends that in 12 s.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public string Id { get; } = id;

    /// <summary>Tells the connector something. One that cannot be told is logged: it learns the newest state with its next control connection.</summary>
    public async Task TellAsync(Func<IConnectorClient, Task> message)
    {
        try
        {
            await message(connector).WaitAsync(s_patience, time);
        }
        catch (Exception exception) when (exception is TimeoutException or IOException or OperationCanceledException or InvalidOperationException)
        {
            NotTold(logger, Id, exception.GetType().Name);
        }
    }

    public void Abort() => abort();

    [LoggerMessage(1, LogLevel.Warning, "Connector not told {Control} {Cause}")]
    private static partial void NotTold(ILogger logger, string control, string cause);
}
