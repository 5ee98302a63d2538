using Microsoft.Extensions.Logging;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Two sessions of one connector: the newer sends the older home once it can serve, and an older whose process is gone is ended.</summary>
internal sealed partial class SessionSuccession(SessionRegistry registry, ConnectorCalls calls, SessionEnds ends, TimeProvider time, ILogger<SessionSuccession> logger)
{
    // A predecessor whose process was killed looks like one whose line is down; both their lines would have come back within this.
    private static readonly TimeSpan s_predecessorGrace = TimeSpan.FromSeconds(10);

    /// <summary>A session that can serve sends its predecessors home, and says why.</summary>
    public async Task SupersedeOlderAsync(ConnectorSession session)
    {
        if (!session.Routable)
            return;
        foreach (var older in registry.Of(session.ConnectorId))
        {
            if (older.Number >= session.Number || older.Superseded)
                continue;
            older.Superseded = true;
            SessionReplaced(logger, older.ConnectorId, older.Id, session.Id);
            // One that is draining already leaves by itself, and its operator knows why.
            if (older.Instance != session.Instance && !older.Draining)
                await TellReplacedAsync(older);
            if (older.Instance != session.Instance)
                _ = EndPredecessorAsync(older);
        }
    }

    /// <summary>For a superseded session that is heard of again. It was replaced while its control connection was lost, and so was never told; or its successor has gone since.</summary>
    public async Task ReconsiderAsync(ConnectorSession session)
    {
        var newer = registry.Of(session.ConnectorId).FirstOrDefault(other => other.Number > session.Number);
        if (newer is null)
            session.Superseded = false;
        else if (newer.Instance != session.Instance)
            await TellReplacedAsync(session);
    }

    // Its requests would wait out the whole resume window for a process that is no more.
    private async Task EndPredecessorAsync(ConnectorSession older)
    {
        while (registry.All.Contains(older))
        {
            await Task.Delay(s_predecessorGrace, time);
            if (older.IsDeserted && time.GetElapsedTime(older.LastContact) >= s_predecessorGrace)
                await ends.EndAsync(older, "a newer process serves as this connector, and this one has gone");
        }
    }

    private Task TellReplacedAsync(ConnectorSession session) => calls.DrainAsync(session, DrainReason.Replaced, $"a newer process serves as connector {session.ConnectorId} now");

    [LoggerMessage(1, LogLevel.Warning, "Session replaced {Connector} {Session} {Successor}")]
    private static partial void SessionReplaced(ILogger logger, string connector, string session, string successor);
}
