using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Broker.Connectors;

/// <summary>When a session ends, but for its connector's own wish: nothing of it is left, its control connection stayed away, or its token is no longer known.</summary>
internal sealed partial class SessionEnds(
    SessionRegistry registry,
    AccessFiles files,
    ConnectorCalls calls,
    ConnectorOptions options,
    ChannelOptions channels,
    TimeProvider time,
    ILogger<SessionEnds> logger)
{
    /// <summary>Ends a session with all its channels; one that has ended already stays as it is.</summary>
    public Task EndAsync(ConnectorSession session, string why)
    {
        if (!registry.Remove(session))
            return Task.CompletedTask;
        SessionEnded(logger, session.ConnectorId, session.Id, why);
        return session.EndAsync(CloseReason.SessionEnded, why);
    }

    /// <summary>Ends a session that has neither a control connection nor a channel.</summary>
    public void EndIfAbandoned(ConnectorSession session)
    {
        // No channel is left; the end keeps one out that is being dialled at this moment.
        if (session.Control is null && session.Channels == 0)
            _ = EndAsync(session, "its control connection and its channels have ended");
    }

    /// <summary>Ends a session whose control connection does not come back in time.</summary>
    /// <param name="session">The session.</param>
    /// <param name="loss">Which of its losses this is.</param>
    public async Task EndAfterGraceAsync(ConnectorSession session, int loss)
    {
        // A line that carries both comes back with both: whoever may resume its channels may keep its session.
        await Task.Delay(options.ControlGrace > channels.ResumeWindow ? options.ControlGrace : channels.ResumeWindow, time);
        if (session.Control is not null || session.ControlLosses != loss)
            return;
        // What runs over channels that are up goes on. They keep the session until they end.
        session.Stranded = true;
        registry.Pulse();
        if (session.ChannelsUp == 0)
            await EndAsync(session, "the control connection did not come back");
    }

    /// <summary>Ends a session of this connector to which nobody came back, to make room for another. False if there is none.</summary>
    public bool TryEndDeserted(string connector)
    {
        if (registry.Of(connector).FirstOrDefault(session => session.IsDeserted) is not { } deserted)
            return false;
        _ = EndAsync(deserted, "its connector opened others since, and never came back to it");
        return true;
    }

    /// <summary>Ends every session whose token is no longer known.</summary>
    public Task RevokeUnknownAsync() => Task.WhenAll(
        registry.All.Where(session => !files.Connectors.TryFind(session.Token, out var known) || known.Blocked).Select(RevokeAsync));

    private async Task RevokeAsync(ConnectorSession session)
    {
        SessionRevoked(logger, session.ConnectorId, session.Id);
        registry.Remove(session);
        session.Draining = true;
        const string Detail = "the token of this connector was removed or blocked at the broker";
        await calls.DrainAsync(session, DrainReason.Revoked, Detail);
        await session.EndAsync(CloseReason.Revoked, Detail);
        // Its next dial tells it what to do, and goes on telling until there is a token again.
        session.Control?.Abort();
    }

    [LoggerMessage(1, LogLevel.Information, "Session ended {Connector} {Session} {Why}")]
    private static partial void SessionEnded(ILogger logger, string connector, string session, string why);

    [LoggerMessage(2, LogLevel.Warning, "Session revoked {Connector} {Session}")]
    private static partial void SessionRevoked(ILogger logger, string connector, string session);
}
