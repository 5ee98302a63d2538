using RemoteLlm.Connector.Scheduling;

namespace RemoteLlm.Connector.Routing;

/// <summary>The ways to serve a request by one name: the one that was asked for, or one of its fallbacks.</summary>
/// <param name="Name">The name.</param>
/// <param name="Routes">At most one for each server.</param>
internal sealed record RouteTier(string Name, IReadOnlyList<ServerRoute> Routes);
