using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Connectors;

/// <summary>The life of sessions: opened over the control connection, carried by channels, ended when both are gone, replaced or revoked.</summary>
internal sealed partial class ConnectorSessions(
    SessionRegistry registry,
    Rosters rosters,
    AccessFiles files,
    IHubContext<ConnectorHub, IConnectorClient> hub,
    ConnectorOptions options,
    ChannelOptions channels,
    TimeProvider time,
    ILogger<ConnectorSessions> logger)
{
    // SignalR buffers what it sends: longer than this only a broken connection takes, or one whose owner does not read it.
    private static readonly TimeSpan s_tellTime = TimeSpan.FromSeconds(2);

    // A roster of thousands of keys is a megabyte, and a home line may be slow. Acknowledged, too: who has not said so by then is told everything anew over another connection.
    private static readonly TimeSpan s_rosterTime = TimeSpan.FromSeconds(30);

    // A predecessor whose process was killed looks like one whose line is down; both their lines would have come back within this.
    private static readonly TimeSpan s_predecessorGrace = TimeSpan.FromSeconds(10);

    private readonly Lock _opening = new();

    /// <summary>A connector has reported how its servers and queue stand, or can do so no more. Must return at once.</summary>
    public event Action? StatusReported;

    /// <summary>A connector has opened a session with this token. Must return at once.</summary>
    public event Action<KeyDigest>? Opened;

    /// <summary>Opens a session for a connector, or lets it take an open one over.</summary>
    public SessionAnswer Open(ConnectorRecord connector, SessionRequest request, ControlLine control)
    {
        if (ControlContract.CommonVersion(request.MinVersion, request.MaxVersion) is not { } version)
        {
            return Refuse($"this connector speaks control versions {request.MinVersion} to {request.MaxVersion}, the broker {ControlContract.MinVersion} to {ControlContract.MaxVersion}: update the older one");
        }

        if (request.Instance is not { Length: > 0 and <= 64 } || request.Software is not { Length: <= 64 } || request.Inventory?.Models is null)
            return Refuse("the session request is incomplete: update the connector");
        if (registry.FindByControl(control.Id) is not null)
            return Refuse("this control connection has a session already");

        if (request.Session is { } id && registry.Find(id) is { } open && open.ConnectorId == connector.Name && open.Token == connector.TokenDigest && open.IsSecret(request.Secret))
        {
            open.ControlUp(control)?.Abort();
            open.Report(request.Inventory);
            registry.Pulse();
            SessionResumed(logger, open.ConnectorId, open.Id);
            return new SessionAnswer(open.Grant(version, resumed: true, rosters.For(open.ConnectorId, request.RosterRevision)), null);
        }

        ConnectorSession session;
        lock (_opening)
        {
            if (registry.Of(connector.Name).Count() >= options.SessionsPerConnector && !TryEndDeserted_NeedsLock(connector.Name))
                return new SessionAnswer(null, new SessionRefusal($"connector {connector.Name} has {options.SessionsPerConnector} sessions already: is its token used on several machines?", Permanent: false));
            session = new ConnectorSession(connector, request, control, options.ChannelsPerSession, registry.NextNumber()) { OpenedAt = time.GetUtcNow() };
            registry.Add(session);
        }

        SessionOpened(logger, session.ConnectorId, session.Id, session.Instance, session.Software);
        Opened?.Invoke(connector.TokenDigest);
        return new SessionAnswer(session.Grant(version, resumed: false, rosters.For(session.ConnectorId, request.RosterRevision)), null);
    }

    public void Report(string connectionId, ModelInventory inventory)
    {
        if (registry.FindByControl(connectionId) is not { } session || inventory?.Models is null)
            return;
        session.Report(inventory);
        registry.Pulse();
        ModelsReported(logger, session.ConnectorId, inventory.Models.Count, inventory.Problem);
    }

    /// <summary>How a connector's servers and queue stand. Nothing is routed by it, so that nobody who waits is woken.</summary>
    public void Report(string connectionId, ConnectorStatus status)
    {
        if (registry.FindByControl(connectionId) is { } session && session.Report(connectionId, status))
            StatusReported?.Invoke();
    }

    public async Task AcknowledgeAsync(string connectionId, long revision)
    {
        if (registry.FindByControl(connectionId) is not { } session || session.Roster is not { } delivery || delivery.Control.Id != connectionId)
            return;
        session.Acknowledge(revision);
        switch (delivery.Acknowledge(revision, rosters.Revision))
        {
            case RosterAnswer.Send:
                _ = SendRosterAsync(session, delivery);
                break;
            case RosterAnswer.Refused:
                RosterRefused(logger, session.ConnectorId, session.Id);
                break;
        }

        if (session.Superseded)
            await ReconsiderAsync(session);
        registry.Pulse();
        await SupersedeOlderAsync(session);
    }

    public void Drain(string connectionId)
    {
        if (registry.FindByControl(connectionId) is not { } session)
            return;
        session.Draining = true;
        registry.Pulse();
        SessionDraining(logger, session.ConnectorId, session.Id);
    }

    /// <summary>Follows a channel that is in its place until it ends for good.</summary>
    public async Task FollowAsync(ConnectorSession session, int number, SessionChannel channel)
    {
        for (var lines = 0; ;)
        {
            var changed = channel.Channel.LineChanged;
            if (channel.Channel.Ended.IsCompleted)
                break;
            registry.Pulse();
            if (channel.Usable)
            {
                ChannelUp(logger, session.ConnectorId, session.Id, number, channel.Epoch, ++lines);
                if (lines > 1)
                    session.CountResume();
            }
            else if (channel.Warm)
            {
                session.LastContact = time.GetTimestamp();
            }

            await SupersedeOlderAsync(session);
            await (channel.Warm ? changed : Task.WhenAny(changed, channel.Warmed));
        }

        session.Remove(number, channel);
        registry.Pulse();
        channel.Client.Dispose();
        ChannelEnded(logger, session.ConnectorId, session.Id, number, (await channel.Channel.Ended).ToString());
        EndIfAbandoned(session);
    }

    public void ControlLost(string connectionId)
    {
        if (registry.FindByControl(connectionId) is not { } session || !session.ControlDown(connectionId, time.GetTimestamp()))
            return;
        ControlDown(logger, session.ConnectorId, session.Id);
        StatusReported?.Invoke();
        EndIfAbandoned(session);
        _ = EndAfterGraceAsync(session, session.ControlLosses);
    }

    /// <summary>Sends a session what has changed in its roster, without waiting for it. One send at a time: the acknowledgement of what is under way leads to the next.</summary>
    public void PushRoster(ConnectorSession session)
    {
        var delivery = session.Roster;
        if (delivery.TryBegin())
            _ = SendRosterAsync(session, delivery);
    }

    /// <summary>Ends every session whose token is no longer known.</summary>
    public Task RevokeUnknownAsync() => Task.WhenAll(
        registry.All.Where(session => !files.Connectors.TryFind(session.Token, out var known) || known.Blocked).Select(RevokeAsync));

    /// <summary>Tells every connector that the broker is stopping. Their sessions serve what runs to its end.</summary>
    public Task AnnounceStopAsync(CancellationToken cancellationToken) => Task.WhenAll(registry.All.Select(session => TellAsync(
        session, connector => connector.BeginDrain(DrainReason.BrokerStopping, "the broker is stopping"), s_tellTime, cancellationToken)));

    private async Task RevokeAsync(ConnectorSession session)
    {
        SessionRevoked(logger, session.ConnectorId, session.Id);
        registry.Remove(session);
        session.Draining = true;
        const string Detail = "the token of this connector was removed or blocked at the broker";
        await TellAsync(session, connector => connector.BeginDrain(DrainReason.Revoked, Detail), s_tellTime);
        await session.EndAsync(CloseReason.Revoked, Detail);
        // Its next dial tells it what to do, and goes on telling until there is a token again.
        session.Control?.Abort();
    }

    private Task SendRosterAsync(ConnectorSession session, RosterDelivery delivery) => TellAsync(
        session,
        delivery.Control,
        async connector =>
        {
            var push = rosters.For(session.ConnectorId, delivery.Held);
            var settled = delivery.Sending(push);
            await connector.ApplyRoster(push);
            await settled;
        },
        s_rosterTime);

    /// <summary>
    /// Tells a connector something. Never throws and never takes long: what one connector does not read must not keep anything from another. One that cannot be told loses its control
    /// connection, and learns everything anew with the next.
    /// </summary>
    public Task TellAsync(ConnectorSession session, Func<IConnectorClient, Task> tell, TimeSpan longest, CancellationToken cancellationToken = default) =>
        session.Control is { } control ? TellAsync(session, control, tell, longest, cancellationToken) : Task.CompletedTask;

    private async Task TellAsync(ConnectorSession session, ControlLine control, Func<IConnectorClient, Task> tell, TimeSpan longest, CancellationToken cancellationToken = default)
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

    // A successor that can serve sends its predecessor home, and says why.
    private async Task SupersedeOlderAsync(ConnectorSession session)
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

    // Its requests would wait out the whole resume window for a process that is no more.
    private async Task EndPredecessorAsync(ConnectorSession older)
    {
        while (registry.All.Contains(older))
        {
            await Task.Delay(s_predecessorGrace, time);
            if (older.IsDeserted && time.GetElapsedTime(older.LastContact) >= s_predecessorGrace)
                await EndAsync(older, "a newer process serves as this connector, and this one has gone");
        }
    }

    private bool TryEndDeserted_NeedsLock(string connector)
    {
        if (registry.Of(connector).FirstOrDefault(session => session.IsDeserted) is not { } deserted)
            return false;
        _ = EndAsync(deserted, "its connector opened others since, and never came back to it");
        return true;
    }

    private Task EndAsync(ConnectorSession session, string why)
    {
        if (!registry.Remove(session))
            return Task.CompletedTask;
        SessionEnded(logger, session.ConnectorId, session.Id, why);
        return session.EndAsync(CloseReason.SessionEnded, why);
    }

    // It was replaced while its control connection was lost, and so was never told; or its successor has gone since.
    private async Task ReconsiderAsync(ConnectorSession session)
    {
        var newer = registry.Of(session.ConnectorId).FirstOrDefault(other => other.Number > session.Number);
        if (newer is null)
            session.Superseded = false;
        else if (newer.Instance != session.Instance)
            await TellReplacedAsync(session);
    }

    private Task TellReplacedAsync(ConnectorSession session) => TellAsync(
        session, connector => connector.BeginDrain(DrainReason.Replaced, $"a newer process serves as connector {session.ConnectorId} now"), s_tellTime);

    private void EndIfAbandoned(ConnectorSession session)
    {
        // No channel is left; the end keeps one out that is being dialled at this moment.
        if (session.Control is null && session.Channels == 0)
            _ = EndAsync(session, "its control connection and its channels have ended");
    }

    private async Task EndAfterGraceAsync(ConnectorSession session, int loss)
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

    private static SessionAnswer Refuse(string detail) => new(null, new SessionRefusal(detail, Permanent: true));

    [LoggerMessage(1, LogLevel.Information, "Session opened {Connector} {Session} {Instance} {Software}")]
    private static partial void SessionOpened(ILogger logger, string connector, string session, string instance, string software);

    [LoggerMessage(2, LogLevel.Information, "Session resumed {Connector} {Session}")]
    private static partial void SessionResumed(ILogger logger, string connector, string session);

    [LoggerMessage(3, LogLevel.Information, "Models reported {Connector} {Count} {Problem}")]
    private static partial void ModelsReported(ILogger logger, string connector, int count, string? problem);

    [LoggerMessage(4, LogLevel.Information, "Session draining {Connector} {Session}")]
    private static partial void SessionDraining(ILogger logger, string connector, string session);

    [LoggerMessage(5, LogLevel.Information, "Channel up {Connector} {Session} {Channel} {Epoch} {Line}")]
    private static partial void ChannelUp(ILogger logger, string connector, string session, int channel, long epoch, int line);

    [LoggerMessage(6, LogLevel.Information, "Channel ended {Connector} {Session} {Channel} {End}")]
    private static partial void ChannelEnded(ILogger logger, string connector, string session, int channel, string end);

    [LoggerMessage(7, LogLevel.Warning, "Control down {Connector} {Session}")]
    private static partial void ControlDown(ILogger logger, string connector, string session);

    [LoggerMessage(8, LogLevel.Warning, "Session revoked {Connector} {Session}")]
    private static partial void SessionRevoked(ILogger logger, string connector, string session);

    [LoggerMessage(9, LogLevel.Warning, "Session replaced {Connector} {Session} {Successor}")]
    private static partial void SessionReplaced(ILogger logger, string connector, string session, string successor);

    [LoggerMessage(10, LogLevel.Information, "Session ended {Connector} {Session} {Why}")]
    private static partial void SessionEnded(ILogger logger, string connector, string session, string why);

    [LoggerMessage(12, LogLevel.Error, "Connector cannot apply a whole roster; it goes on with the one that it has, if any {Connector} {Session}")]
    private static partial void RosterRefused(ILogger logger, string connector, string session);

    [LoggerMessage(11, LogLevel.Warning, "Connector could not be told; its control connection is ended {Connector} {Session} {Cause}")]
    private static partial void NotTold(ILogger logger, string connector, string session, string cause);
}
