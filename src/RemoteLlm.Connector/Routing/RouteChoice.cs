using System.Globalization;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Connector.Routing;

/// <summary>
/// Where one request goes, as things stand whenever it is asked: among the servers of its model the best that can take it; if none of them can serve it at all, those of its fallbacks. A
/// server that is full is waited for; one that is down, was tried in vain or may not be used is passed over.
/// </summary>
/// <param name="registry">The servers.</param>
/// <param name="model">The model that was asked for.</param>
/// <param name="endpoint">What is asked of it.</param>
/// <param name="caller">Who asks: a fallback that this key may not use is none.</param>
internal sealed class RouteChoice(ServerRegistry registry, string model, ApiEndpoint endpoint, RosterEntry? caller) : ISlotSeeker
{
    /// <summary>
    /// A conversation stays with its server as long as that works on no more than so many requests beyond the idlest, 1: a prompt that is read anew costs seconds, a share of a GPU for a whole answer more.
    /// </summary>
    public const int AffinitySlack = 1;

    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(10);

    // A server that has had its minute's worth is waited for; one that wants to be left alone for longer is told of, exactly.
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(60);

    private readonly List<LlmServer> _tried = new(capacity: 2);
    private readonly HashSet<ServerRoute> _tooLong = [];
    private readonly List<LlmServer> _awaited = new(capacity: 4);
    private IReadOnlyList<RouteTier> _tiers = [];
    private long _version = -1;

    /// <summary>The server at which the conversation was before; null when it was at none.</summary>
    public string? Preferred { get; init; }

    /// <summary>What it will take.</summary>
    public RouteDemand Demand { get; init; } = RouteDemand.None;

    /// <summary>The members that its body was scanned for; null when it was not. A server that has something to say about others was edited a moment ago, and is not for this request.</summary>
    public WatchedMembers? Watched { get; set; }

    /// <summary>One of its servers was edited and is not for this request, because its body was not scanned for what is put into requests there now.</summary>
    public bool IsOutdated => Watched is { } watched && Tiers.SelectMany(static tier => tier.Routes).Any(route => !route.Server.Members.All.AreIn(watched));

    /// <summary>By what its conversation is known again; empty when nothing tells, or there is nothing to remember.</summary>
    public IReadOnlyList<UInt128> Conversation { get; init; } = [];

    /// <summary>How urgent it is.</summary>
    public RequestClass Class { get; init; }

    /// <inheritdoc/>
    public SlotAsker Asker => SlotAsker.Of(caller, Class);

    /// <inheritdoc/>
    public IReadOnlyList<LlmServer> Awaited => _awaited;

    /// <summary>Longest wait for a slot, the longest of its servers'; zero is no limit.</summary>
    public TimeSpan QueueClock
    {
        get
        {
            var clocks = Tiers.SelectMany(static tier => tier.Routes).Select(static route => route.Server.Entry.Clocks.Queue).ToList();
            return clocks.Contains(TimeSpan.Zero) ? TimeSpan.Zero : clocks.DefaultIfEmpty().Max();
        }
    }

    /// <summary>The ways as things stand now.</summary>
    public IReadOnlyList<RouteTier> Tiers
    {
        get
        {
            var current = registry.Current;
            if (current.Version != _version)
                (_tiers, _version) = ([.. RouteFinder.Find(current, model).Select(Allowed)], current.Version);
            return _tiers;
        }
    }

    /// <summary>It failed there, and goes there no more.</summary>
    public void Avoid(LlmServer server) => _tried.Add(server);

    /// <summary>The prompt does not fit there.</summary>
    public void Exceeds(ServerRoute route) => _tooLong.Add(route);

    /// <summary>It may go there again.</summary>
    public void Forgive(LlmServer server) => _tried.Remove(server);

    /// <summary>Whether another server than this could serve it too, at once or when there is a slot.</summary>
    public bool HasAnother(LlmServer server) => Tiers.SelectMany(static tier => tier.Routes).Any(route => route.Server != server && IsUsable(route));

    /// <inheritdoc/>
    public Placement Place()
    {
        _awaited.Clear();
        TimeSpan? again = null;
        foreach (var tier in Tiers)
        {
            if (Best(tier, ref again) is { } route)
            {
                if (ServerCharge.TryTake(route.Server, Demand.At(route), out var charge))
                    return Placement.At(route) with { Charge = charge };
                // Others settle what they took at any moment; then it is looked at once more.
                _awaited.Add(route.Server);
                return Placement.Later(s_moment);
            }

            // Somebody there will take it: better than another model.
            if (_awaited.Count > 0)
                return Placement.Later(again);
        }

        return LastResort() ?? Placement.Nowhere(Refusal());
    }

    /// <inheritdoc/>
    public ServerWork WorkAt(LlmServer server)
    {
        foreach (var tier in Tiers)
        {
            foreach (var route in tier.Routes)
            {
                if (route.Server == server)
                    return Demand.WorkAt(route);
            }
        }

        return default;
    }

    private ServerRoute? Best(RouteTier tier, ref TimeSpan? again)
    {
        ServerRoute? best = null;
        RouteStanding bestStanding = default;
        int? fullPriority = null;
        var idlest = Preferred is null ? 0 : tier.Routes.Where(IsUsable).Select(static route => route.Server.Load.Running).DefaultIfEmpty().Min();
        foreach (var route in tier.Routes)
        {
            var server = route.Server;
            if (!IsUsable(route))
            {
                // Should another be waited for: then this one may be the sooner.
                again = Soonest(again, server.Rate.RestLeft > server.Circuit.Left ? server.Rate.RestLeft : server.Circuit.Left);
                continue;
            }

            if (WaitFor(route) is { } wait)
            {
                _awaited.Add(server);
                again = Soonest(again, wait);
                fullPriority = Math.Min(fullPriority ?? int.MaxValue, server.Entry.Priority);
                continue;
            }

            var standing = new RouteStanding(
                server.Entry.Priority, server.Name == Preferred && server.Load.Running <= idlest + AffinitySlack, server.Load.Running, server.Slots, server.Latency.Seconds, server.Load.Picked);
            if (best is null || standing.Compare(bestStanding) < 0)
                (best, bestStanding) = (route, standing);
        }

        // Better ones are well but full, and this one is for when they are not there.
        if (best is { } found && fullPriority < found.Server.Entry.Priority && !TakesOverflow(found.Server))
        {
            _awaited.Add(found.Server);
            return null;
        }

        return best;
    }

    private bool IsUsable(ServerRoute route) =>
        MayServe(route) && route.Server.State.Reachable && (!route.Server.Circuit.IsOpen || route.Server.Circuit.IsTrial) && route.Server.Rate.RestLeft == TimeSpan.Zero
        && !route.Server.Habits.Lacks(endpoint.Path, route.Model!);

    private bool MayServe(ServerRoute route) =>
        !_tried.Contains(route.Server) && !_tooLong.Contains(route)
        && (Watched is null || route.Server.Members.All.AreIn(Watched))
        && route.Server.Rate.Check(Demand.At(route).Tokens) <= s_longestRest
        && route.Server.Spending.Check(Demand.At(route).Cost) is null;

    /// <summary>Null when it can take a request now; zero when only an event can tell when.</summary>
    private TimeSpan? WaitFor(ServerRoute route)
    {
        var server = route.Server;
        if (server.Load.Running >= server.Slots || server.Load.Line.IsKeptFrom(this))
            return TimeSpan.Zero;
        return server.Rate.Check(Demand.At(route).Tokens) is var wait && wait > TimeSpan.Zero ? wait : null;
    }

    private static TimeSpan? Soonest(TimeSpan? one, TimeSpan other) => other == TimeSpan.Zero ? one : one is null || other < one ? other : one;

    private static bool TakesOverflow(LlmServer server) => server.Entry.Overflow ?? !ServerKinds.IsPaid(server.State.Kind);

    // A look may be older than the server's recovery, a rest may be meant for another model, and what fails can at least be told as it is. Only what neither answers nor is seen is not tried.
    private Placement? LastResort()
    {
        foreach (var tier in Tiers)
        {
            foreach (var route in tier.Routes)
            {
                var server = route.Server;
                if (!MayServe(route) || (server.Circuit.IsOpen && !server.Circuit.IsTrial && !server.Circuit.Answers && !server.State.Reachable))
                    continue;
                if (WaitFor(route) is null && ServerCharge.TryTake(server, Demand.At(route), out var charge))
                    return Placement.At(route) with { Charge = charge, LastResort = server.Circuit.IsOpen && !server.Circuit.IsTrial };
                // A server that works on requests may be too busy to be looked at.
                _awaited.Add(server);
            }
        }

        return _awaited.Count > 0 ? Placement.Later(null) : null;
    }

    // Whatever is true of all servers; of several reasons the one that the caller can do something about.
    private ApiError Refusal()
    {
        var routes = Tiers.SelectMany(static tier => tier.Routes).ToList();
        if (routes.Count == 0)
            return ApiErrors.ModelNotFound(model, []);
        if (routes.TrueForAll(_tooLong.Contains))
            return TooLong(routes);
        var costs = routes.Select(route => route.Server.Spending.Check(Demand.At(route).Cost)).OfType<CostRefusal>().ToList();
        if (costs.Count > 0 && routes.TrueForAll(route => _tooLong.Contains(route) || route.Server.Spending.Check(Demand.At(route).Cost) is not null || !route.Server.State.Reachable))
            return ApiErrors.CostCapReached(string.Join(" ", costs.Select(static cost => cost.Message).Distinct(StringComparer.Ordinal)), costs.Min(static cost => cost.ResetsAt));
        var rest = routes.Min(route => route.Server.Rate.Check(Demand.At(route).Tokens));
        if (rest > s_longestRest)
            return ApiErrors.UpstreamRateLimited(rest);
        var soonest = routes.Min(static route => route.Server.Circuit.Left);
        return ApiErrors.UpstreamError() with { RetryAfter = soonest > TimeSpan.Zero ? soonest : null };
    }

    private ApiError TooLong(List<ServerRoute> routes)
    {
        var (tokens, context) = routes.Select(route => (Demand.PromptTokens(route), route.Server.ContextLength(route.Model!))).MaxBy(static fit => fit.Item2);
        return ApiErrors.ContextLengthExceeded(string.Create(CultureInfo.InvariantCulture, $"The prompt has {tokens} tokens, and the model takes {context}."));
    }

    // A fallback's name may mean another model at each server.
    private RouteTier Allowed(RouteTier tier) =>
        tier.Name == model || caller is null || caller.Allows(tier.Name) ? tier : tier with { Routes = [.. tier.Routes.Where(route => caller.Allows(route.Model!))] };
}
