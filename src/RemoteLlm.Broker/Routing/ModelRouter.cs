using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Routing;

/// <summary>Which sessions can serve a model now, and which models there are.</summary>
internal sealed class ModelRouter(SessionRegistry registry)
{
    // Ids that were served since the start: tells "not there now" from "never heard of". Bounded; beyond it both are "not found".
    private const int MaxRemembered = 10_000;
    // A prompt that is read anew costs seconds; a place behind more requests than this, likely more.
    private const int AffinitySlack = 4;

    private readonly ConcurrentDictionary<string, byte> _remembered = new(StringComparer.Ordinal);

    // When each session was last picked, as a count of picks; gone with its session.
    private readonly ConditionalWeakTable<ConnectorSession, StrongBox<long>> _pickedAt = [];
    private long _picks;

    /// <summary>The best place for a request now. Where it was tried in vain comes last, on another channel, or not at all.</summary>
    /// <param name="model">The model that was asked for.</param>
    /// <param name="tried">Where it was tried.</param>
    /// <param name="preferred">The connector at which the conversation has been, and its prompt is in a cache; null for none.</param>
    public RoutePick Pick(string model, TriedRoutes? tried, string? preferred = null)
    {
        Route? again = null;
        ChannelClient? ending = null;
        var exhausted = false;
        foreach (var session in Candidates(model, preferred))
        {
            if (session.PickChannel() is not { } channel)
                continue;
            if (tried?.Has(session) is not true)
                return new RoutePick(Picked(new Route(session, channel)), null, Exhausted: false);
            exhausted = true;
            if (tried.Refused(session))
                continue;
            if (tried.Has(channel))
                ending = channel;
            else
                again ??= new Route(session, channel);
        }

        return again is { } other ? new RoutePick(Picked(other), null, Exhausted: false) : new RoutePick(null, ending, exhausted);
    }

    /// <summary>True when another session than this one could take a request for the model now.</summary>
    public bool HasOther(string model, ConnectorSession than, TriedRoutes? tried) =>
        Candidates(model).Exists(session => session != than && tried?.Has(session) is not true && session.PickChannel() is not null);

    /// <summary>Where models may be installed and deleted; of several the one that has the model already. Null when no connector allows it.</summary>
    public Route? PickManaged(string? model)
    {
        foreach (var session in registry.Routable().Where(static session => session.Inventory is { AllowsManagement: true, Paused: false }).OrderByDescending(session => model is not null && session.Serves(model)))
        {
            if (session.PickChannel() is { } channel)
                return new Route(session, channel);
        }

        return null;
    }

    /// <summary>
    /// Candidates for a model, best first: the preferred connector, then fewest requests under way, then the one that was picked the longest ago, then the newest session.
    /// </summary>
    public List<ConnectorSession> Candidates(string model, string? preferred = null)
    {
        var serving = new List<ConnectorSession>();
        List<ConnectorSession>? blind = null;
        foreach (var session in registry.Routable())
        {
            if (session.Inventory.Paused)
                continue;
            if (session.Serves(model))
                serving.Add(session);
            else if (session.Inventory is { Problem: not null, Models.Count: 0 })
                (blind ??= []).Add(session);
        }

        if (serving.Count > 0)
            Remember(model);
        else if (blind is not null)
            // A connector whose LLM server has not answered yet cannot list its models; it can say what is wrong with it.
            serving = blind;
        if (serving.Count > 1)
            Order(serving, preferred);
        return serving;
    }

    /// <summary>True when nobody serves the model now but somebody did or may: the caller should come back, or wait, rather than give up.</summary>
    public bool MayReturn(string model) => _remembered.ContainsKey(model) || registry.All.Any(session => session.Serves(model)) || !registry.Routable().Any();

    /// <summary>When the model is to be had again, where all who serve it are connectors whose owners do not share now; null where that is not so.</summary>
    public SharingPause? Pause(string model)
    {
        SharingPause? pause = null;
        foreach (var session in registry.All)
        {
            if (session.Draining || session.Superseded || !session.Serves(model))
                continue;
            if (!session.Inventory.Paused)
                return null;
            var opensAt = session.Inventory.OpensAt;
            pause = pause is not { OpensAt: { } known } || opensAt < known ? new SharingPause(opensAt ?? pause?.OpensAt) : pause;
        }

        return pause;
    }

    /// <summary>The models that are served now and that a key may use; one entry an id. What only connectors have whose owners do not share now is not among them: nobody could use it.</summary>
    public IEnumerable<ModelDescription> Visible(IReadOnlyList<string>? globs) => registry.Routable()
        .Where(static session => !session.Inventory.Paused)
        .SelectMany(session => session.Models)
        .Where(model => ModelGlob.AllowedBy(globs, model.Id))
        .DistinctBy(model => model.Id)
        .OrderBy(model => model.Id, StringComparer.Ordinal);

    // Loads are read once: they change while this sorts, and a sort wants an order that stands still.
    private void Order(List<ConnectorSession> sessions, string? preferred)
    {
        var most = sessions.Min(session => session.OpenStreams) + AffinitySlack;
        var ranked = sessions.ConvertAll(session => (Preferred: session.ConnectorId == preferred && session.OpenStreams <= most, session.OpenStreams, LastPick: LastPick(session), Session: session));
        ranked.Sort(static (a, b) =>
            a.Preferred != b.Preferred ? b.Preferred.CompareTo(a.Preferred)
            : a.OpenStreams != b.OpenStreams ? a.OpenStreams.CompareTo(b.OpenStreams)
            : a.LastPick != b.LastPick ? a.LastPick.CompareTo(b.LastPick)
            : b.Session.Number.CompareTo(a.Session.Number));
        for (var i = 0; i < ranked.Count; i++)
            sessions[i] = ranked[i].Session;
    }

    private long LastPick(ConnectorSession session) => _pickedAt.TryGetValue(session, out var at) ? Volatile.Read(ref at.Value) : 0;

    private Route Picked(Route route)
    {
        Volatile.Write(ref _pickedAt.GetValue(route.Session, static _ => new StrongBox<long>()).Value, Interlocked.Increment(ref _picks));
        return route;
    }

    private void Remember(string model)
    {
        if (_remembered.Count < MaxRemembered)
            _remembered.TryAdd(model, 0);
    }
}
