using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;

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
    private readonly List<LlmServer> _tried = new(capacity: 2);
    private readonly List<LlmServer> _awaited = new(capacity: 4);
    private IReadOnlyList<RouteTier> _tiers = [];
    private long _version = -1;

    /// <summary>The server at which the conversation was before; null when it was at none.</summary>
    public string? Preferred { get; init; }

    /// <summary>By what its conversation is known again; empty when nothing tells, or there is nothing to remember.</summary>
    public IReadOnlyList<UInt128> Conversation { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<LlmServer> Awaited => [.. _awaited];

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
                (_tiers, _version) = ([.. RouteFinder.Find(current, model).Where(IsAllowed)], current.Version);
            return _tiers;
        }
    }

    /// <summary>It failed there, and goes there no more.</summary>
    public void Avoid(LlmServer server) => _tried.Add(server);

    /// <summary>It may go there again.</summary>
    public void Forgive(LlmServer server) => _tried.Remove(server);

    /// <inheritdoc/>
    public Placement Place()
    {
        _awaited.Clear();
        TimeSpan? again = null;
        foreach (var tier in Tiers)
        {
            if (Best(tier, ref again) is { } route)
                return Placement.At(route);
            // Somebody there will take it: better than another model.
            if (_awaited.Count > 0)
                return Placement.Later(again);
        }

        return LastResort() ?? Placement.Nowhere(Refusal());
    }

    private ServerRoute? Best(RouteTier tier, ref TimeSpan? again)
    {
        ServerRoute? best = null;
        RouteStanding bestStanding = default;
        int? fullPriority = null;
        foreach (var route in tier.Routes)
        {
            var server = route.Server;
            if (!IsUsable(route))
                continue;
            if (WaitFor(server) is { } wait)
            {
                _awaited.Add(server);
                again = Soonest(again, wait);
                fullPriority = Math.Min(fullPriority ?? int.MaxValue, server.Entry.Priority);
                continue;
            }

            var standing = new RouteStanding(
                server.Entry.Priority, server.Name == Preferred, server.Load.Running, server.Slots, server.Latency.Seconds, server.Load.Picked);
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
        !_tried.Contains(route.Server) && route.Server.State.Reachable && (!route.Server.Circuit.IsOpen || route.Server.Circuit.IsTrial) && !route.Server.Habits.Lacks(endpoint.Path, route.Model!);

    /// <summary>Null when it can take a request now; zero when only an event can tell when.</summary>
    private static TimeSpan? WaitFor(LlmServer server)
    {
        if (server.Load.Running >= server.Slots || (server.Circuit.IsTrial && server.Load.Running > 0))
            return TimeSpan.Zero;
        return null;
    }

    private static TimeSpan? Soonest(TimeSpan? one, TimeSpan other) => other == TimeSpan.Zero ? one : one is null || other < one ? other : one;

    private static bool TakesOverflow(LlmServer server) => server.Entry.Overflow ?? !ServerKinds.IsPaid(server.State.Kind);

    // A look may be older than the server's recovery, and what fails can at least be told as it is.
    private Placement? LastResort()
    {
        foreach (var tier in Tiers)
        {
            foreach (var route in tier.Routes)
            {
                var server = route.Server;
                if (_tried.Contains(server) || (server.Circuit.IsOpen && !server.Circuit.IsTrial && !server.Circuit.Answers))
                    continue;
                if (WaitFor(server) is null)
                    return Placement.At(route) with { LastResort = server.Circuit.IsOpen && !server.Circuit.IsTrial };
                // A server that works on requests may be too busy to be looked at.
                _awaited.Add(server);
            }
        }

        return _awaited.Count > 0 ? Placement.Later(null) : null;
    }

    private ApiError Refusal()
    {
        var routes = Tiers.SelectMany(tier => tier.Routes).ToList();
        if (routes.Count == 0)
            return ApiErrors.ModelNotFound(model, []);
        var soonest = routes.Min(route => route.Server.Circuit.Left);
        return ApiErrors.UpstreamError() with { RetryAfter = soonest > TimeSpan.Zero ? soonest : null };
    }

    private bool IsAllowed(RouteTier tier) => tier.Name == model || caller is null || caller.Allows(tier.Name) || tier.Routes.Any(route => caller.Allows(route.Model!));
}
