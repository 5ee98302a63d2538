using RemoteLlm.Broker.Connectors;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Routing;

/// <summary>Where one request was tried in vain.</summary>
internal sealed class TriedRoutes
{
    private readonly List<(Route Route, bool Refused)> _tried = new(capacity: 2);

    /// <summary>Remembers a failure.</summary>
    /// <param name="route">Where.</param>
    /// <param name="refused">The connector itself failed, not the way to it: another channel would lead to the same failure.</param>
    public void Add(Route route, bool refused) => _tried.Add((route, refused));

    /// <summary>True when the connector itself failed.</summary>
    public bool Refused(ConnectorSession session) => _tried.Exists(tried => tried.Refused && tried.Route.Session == session);

    /// <summary>True when it was tried there, on whichever channel.</summary>
    public bool Has(ConnectorSession session) => _tried.Exists(tried => tried.Route.Session == session);

    /// <summary>True when it was tried on this channel.</summary>
    public bool Has(ChannelClient channel) => _tried.Exists(tried => tried.Route.Channel == channel);
}
