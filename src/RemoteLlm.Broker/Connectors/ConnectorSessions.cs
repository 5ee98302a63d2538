using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Connectors;
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
    TimeProvider time,
    ILogger<ConnectorSessions> logger)
{
    /// <summary>Opens a session for a connector, or lets it take an open one over.</summary>
    public SessionAnswer Open(ConnectorRecord connector, SessionRequest request, string connectionId, Action abort)
    {
        if (ControlContract.CommonVersion(request.MinVersion, request.MaxVersion) is not { } version)
        {
            return Refuse($"this connector speaks control versions {request.MinVersion} to {request.MaxVersion}, the broker {ControlContract.MinVersion} to {ControlContract.MaxVersion}: update the older one");
        }

        if (request.Instance is not { Length: > 0 and <= 64 } || request.Inventory is null)
            return Refuse("the session request is incomplete: update the connector");
        if (registry.FindByControl(connectionId) is not null)
            return Refuse("this control connection has a session already");

        var control = new ControlLine(connectionId, hub.Clients.Client(connectionId), abort, time, logger);
        if (request.Session is { } id && registry.Find(id) is { } open && open.ConnectorId == connector.Name && open.Token == connector.TokenDigest && open.IsSecret(request.Secret))
        {
            open.Control = control;
            open.Report(request.Inventory);
            SessionResumed(logger, open.ConnectorId, open.Id);
            return new SessionAnswer(open.Grant(version, resumed: true, rosters.For(open.ConnectorId)), null);
        }

        if (registry.Of(connector.Name).Count() >= options.SessionsPerConnector)
            return new SessionAnswer(null, new SessionRefusal($"connector {connector.Name} has {options.SessionsPerConnector} sessions already: is its token used on several machines?", Permanent: false));

        var session = new ConnectorSession(connector, request, control, options.ChannelsPerSession, registry.NextNumber());
        registry.Add(session);
        SessionOpened(logger, session.ConnectorId, session.Id, session.Instance, session.Software);
        return new SessionAnswer(session.Grant(version, resumed: false, rosters.For(session.ConnectorId)), null);
    }

    public void Report(string connectionId, ModelInventory inventory)
    {
        if (registry.FindByControl(connectionId) is not { } session || inventory?.Models is null)
            return;
        session.Report(inventory);
        ModelsReported(logger, session.ConnectorId, inventory.Models.Count, inventory.Problem);
    }

    public async Task AcknowledgeAsync(string connectionId, long revision)
    {
        if (registry.FindByControl(connectionId) is not { } session)
            return;
        session.Acknowledge(revision);
        await SupersedeOlderAsync(session);
    }

    public void Drain(string connectionId)
    {
        if (registry.FindByControl(connectionId) is not { } session)
            return;
        session.Draining = true;
        SessionDraining(logger, session.ConnectorId, session.Id);
    }

    /// <summary>Takes a channel into its session and keeps it there until it ends.</summary>
    /// <returns>Why the channel cannot be taken, or null after its end.</returns>
    public async Task CarryAsync(ConnectorSession session, int number, ChannelClient client)
    {
        if (!session.TryAttach(number, client, out var replaced))
        {
            await client.Channel.CloseAsync(CloseReason.TooManyChannels, $"this session has {options.ChannelsPerSession} channels");
            return;
        }

        if (replaced is not null)
            await replaced.Channel.CloseAsync(CloseReason.Replaced, "a newer socket took this channel");
        ChannelUp(logger, session.ConnectorId, session.Id, number);
        await SupersedeOlderAsync(session);
        var end = await client.Channel.Ended;
        session.Detach(number, client);
        ChannelDown(logger, session.ConnectorId, session.Id, number, end.ToString());
        EndIfAbandoned(session);
    }

    public void ControlLost(string connectionId)
    {
        if (registry.FindByControl(connectionId) is not { } session)
            return;
        var loss = session.LoseControl();
        ControlDown(logger, session.ConnectorId, session.Id);
        EndIfAbandoned(session);
        _ = EndAfterGraceAsync(session, loss);
    }

    /// <summary>Ends every session whose token is no longer known.</summary>
    public async Task RevokeUnknownAsync()
    {
        foreach (var session in registry.All)
        {
            if (files.Connectors.TryFind(session.Token, out var known) && !known.Blocked)
                continue;
            SessionRevoked(logger, session.ConnectorId, session.Id);
            registry.Remove(session);
            session.Draining = true;
            const string Detail = "the token of this connector was removed or blocked at the broker";
            await session.TellAsync(connector => connector.BeginDrain(DrainReason.Revoked, Detail));
            await session.CloseAsync(CloseReason.Revoked, Detail);
            // Its next dial tells it what to do, and goes on telling until there is a token again.
            session.Control?.Abort();
        }
    }

    /// <summary>Tells every connector that the broker is stopping. Their sessions serve what runs to its end.</summary>
    public Task AnnounceStopAsync() =>
        Task.WhenAll(registry.All.Select(session => session.TellAsync(connector => connector.BeginDrain(DrainReason.BrokerStopping, "the broker is stopping"))));

    // A successor that can serve sends its predecessor home, and says why.
    private async Task SupersedeOlderAsync(ConnectorSession session)
    {
        if (!session.Routable)
            return;
        foreach (var older in registry.Of(session.ConnectorId))
        {
            if (older.Number >= session.Number || older.Draining)
                continue;
            older.Draining = true;
            SessionReplaced(logger, older.ConnectorId, older.Id, session.Id);
            if (older.Instance != session.Instance)
                await older.TellAsync(connector => connector.BeginDrain(DrainReason.Replaced, $"a newer process serves as connector {session.ConnectorId} now"));
        }
    }

    private void EndIfAbandoned(ConnectorSession session)
    {
        if (session.Control is null && session.ChannelsUp == 0 && registry.Remove(session))
            SessionEnded(logger, session.ConnectorId, session.Id);
    }

    // A loss that was made good, and then another: each has the whole grace.
    private async Task EndAfterGraceAsync(ConnectorSession session, int loss)
    {
        await Task.Delay(options.ControlGrace, time);
        if (session.Control is not null || session.ControlLosses != loss || !registry.Remove(session))
            return;
        SessionEnded(logger, session.ConnectorId, session.Id);
        await session.CloseAsync(CloseReason.SessionEnded, "the control connection did not come back");
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

    [LoggerMessage(5, LogLevel.Information, "Channel up {Connector} {Session} {Channel}")]
    private static partial void ChannelUp(ILogger logger, string connector, string session, int channel);

    [LoggerMessage(6, LogLevel.Information, "Channel down {Connector} {Session} {Channel} {End}")]
    private static partial void ChannelDown(ILogger logger, string connector, string session, int channel, string end);

    [LoggerMessage(7, LogLevel.Warning, "Control down {Connector} {Session}")]
    private static partial void ControlDown(ILogger logger, string connector, string session);

    [LoggerMessage(8, LogLevel.Warning, "Session revoked {Connector} {Session}")]
    private static partial void SessionRevoked(ILogger logger, string connector, string session);

    [LoggerMessage(9, LogLevel.Warning, "Session replaced {Connector} {Session} {Successor}")]
    private static partial void SessionReplaced(ILogger logger, string connector, string session, string successor);

    [LoggerMessage(10, LogLevel.Information, "Session ended {Connector} {Session}")]
    private static partial void SessionEnded(ILogger logger, string connector, string session);
}
