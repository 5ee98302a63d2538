using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Portal.Enrolling;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Portal.Operators.Connectors;

/// <summary>Says of connectors how they stand, for people.</summary>
internal static class ConnectorCards
{
    public static IReadOnlyList<ConnectorCard> Of(ConnectorDirectory directory, SessionRegistry registry, HandedTokens handed) =>
        [.. directory.Connectors.Select(record => Of(record, [.. registry.Of(record.Name)], handed.AwaitedSince(record.TokenDigest))).OrderByDescending(static card => card.Facts is not null).ThenBy(static card => card.Name, StringComparer.Ordinal)];

    private static ConnectorCard Of(ConnectorRecord record, IReadOnlyList<ConnectorSession> sessions, DateTimeOffset? awaitedSince)
    {
        // The one that serves; while none does, the newest.
        var session = sessions.OrderByDescending(static one => one.Routable).ThenByDescending(static one => one.Number).FirstOrDefault();
        var (state, tone) = StateOf(record, session, awaitedSince is not null);
        var card = new ConnectorCard(record.Name, record.Prefix, record.CreatedAt, state, tone) { AwaitedSince = session is null ? awaitedSince : null };
        return session is null ? card : card with { Facts = FactsOf(session, sessions.Count), Servers = [.. session.Status?.Servers.Select(Row) ?? []], TellsServers = session.Status is not null };
    }

    private static (string State, string? Tone) StateOf(ConnectorRecord record, ConnectorSession? session, bool isAwaited) => session switch
    {
        _ when record.Blocked => ("blocked", "bad"),
        null when isAwaited => ("never connected", "warm"),
        null => ("offline", null),
        { Draining: true } => ("stopping", "warm"),
        { Stranded: true } or { Control: null } => ("line lost", "warm"),
        { Inventory.Paused: true } => ("paused by its owner", "warm"),
        { Routable: true, Inventory.Problem: not null } => ("no LLM server", "bad"),
        { Routable: true } => ("online", "good"),
        { LineUp: false } => ("no channel", "warm"),
        _ => ("connecting", "warm"),
    };

    private static ConnectorFacts FactsOf(ConnectorSession session, int sessions)
    {
        TimeSpan? roundTrip = null;
        foreach (var (_, trip) in session.RoundTrips)
            roundTrip = roundTrip < trip ? roundTrip : trip;
        return new ConnectorFacts(
            session.Software, session.Version, session.Address ?? "unknown", session.OpenedAt, session.ChannelsUp, session.Channels, roundTrip, session.Resumes, session.OpenStreams,
            session.Status?.Waiting, session.Models.Count(), session.Inventory.Problem, sessions);
    }

    private static ServerRow Row(ServerStatus server) => new(
        server.Name, server.Kind, server.Healthy, server.Problem, server.Slots, server.Busy, server.Waiting, server.Models?.Count ?? 0, server.Latency is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
}
