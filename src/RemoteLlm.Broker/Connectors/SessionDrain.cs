using RemoteLlm.Hosting.Draining;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Broker.Connectors;

/// <summary>When the broker stops: connectors are told first, and their channels are closed once the last request has ended.</summary>
internal sealed class SessionDrain(ConnectorSessions sessions, SessionRegistry registry) : IDrainStep
{
    public Task BeginDrainAsync(CancellationToken cancellationToken)
    {
        // Requests that wait for a connector wait in vain from here on.
        registry.Pulse();
        return sessions.AnnounceStopAsync(cancellationToken);
    }

    // Channels are requests to Kestrel: it would wait for them to end by themselves. Connectors redial at once, so closing what is up is not enough.
    public Task EndDrainAsync(CancellationToken cancellationToken)
    {
        registry.Close();
        return Task.WhenAll(registry.All.Select(session => session.CloseAsync(CloseReason.ShuttingDown, "the broker is stopping")));
    }
}
