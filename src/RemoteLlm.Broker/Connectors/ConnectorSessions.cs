using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Connectors;

/// <summary>The life of sessions: opened over the control connection and carried by channels. <see cref="SessionEnds"/> ends them, <see cref="SessionSuccession"/> lets a newer replace an older.</summary>
internal sealed partial class ConnectorSessions(
    SessionRegistry registry,
    Rosters rosters,
    ConnectorCalls calls,
    SessionEnds ends,
    SessionSuccession succession,
    ConnectorOptions options,
    TimeProvider time,
    ILogger<ConnectorSessions> logger)
{
    // A roster of thousands of keys is a megabyte, and a home line may be slow. Acknowledged, too: who has not said so by then is told everything anew over another connection.
    private static readonly TimeSpan s_rosterTime = TimeSpan.FromSeconds(30);

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
            if (registry.Of(connector.Name).Count() >= options.SessionsPerConnector && !ends.TryEndDeserted(connector.Name))
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
            await succession.ReconsiderAsync(session);
        registry.Pulse();
        await succession.SupersedeOlderAsync(session);
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

            await succession.SupersedeOlderAsync(session);
            await (channel.Warm ? changed : Task.WhenAny(changed, channel.Warmed));
        }

        session.Remove(number, channel);
        registry.Pulse();
        channel.Client.Dispose();
        ChannelEnded(logger, session.ConnectorId, session.Id, number, (await channel.Channel.Ended).ToString());
        ends.EndIfAbandoned(session);
    }

    public void ControlLost(string connectionId)
    {
        if (registry.FindByControl(connectionId) is not { } session || !session.ControlDown(connectionId, time.GetTimestamp()))
            return;
        ControlDown(logger, session.ConnectorId, session.Id);
        StatusReported?.Invoke();
        ends.EndIfAbandoned(session);
        _ = ends.EndAfterGraceAsync(session, session.ControlLosses);
    }

    /// <summary>Sends a session what has changed in its roster, without waiting for it. One send at a time: the acknowledgement of what is under way leads to the next.</summary>
    public void PushRoster(ConnectorSession session)
    {
        var delivery = session.Roster;
        if (delivery.TryBegin())
            _ = SendRosterAsync(session, delivery);
    }

    /// <summary>Tells every connector that the broker is stopping. Their sessions serve what runs to its end.</summary>
    public Task AnnounceStopAsync(CancellationToken cancellationToken) => Task.WhenAll(registry.All.Select(session =>
        calls.DrainAsync(session, DrainReason.BrokerStopping, "the broker is stopping", cancellationToken)));

    private Task SendRosterAsync(ConnectorSession session, RosterDelivery delivery) => calls.TellAsync(
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

    [LoggerMessage(8, LogLevel.Error, "Connector cannot apply a whole roster; it goes on with the one that it has, if any {Connector} {Session}")]
    private static partial void RosterRefused(ILogger logger, string connector, string session);
}
