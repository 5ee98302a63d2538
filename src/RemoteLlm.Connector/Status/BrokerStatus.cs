using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Status;

/// <summary>What the broker is told of servers and queue: where the servers are, and what is not shared, is the owner's business alone.</summary>
internal sealed class BrokerStatus(ServerRegistry registry, LocalAccess local, WaitingExchanges waiting) : IStatusSource
{
    private (long Version, AccessRules? Rules, IReadOnlyDictionary<string, IReadOnlyList<string>> Models) _models = (-1, null, new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal));

    public ConnectorStatus Current
    {
        get
        {
            var current = registry.Current;
            var models = ModelsOf(current);
            return new ConnectorStatus(
                [.. current.Servers.Take(ConnectorStatus.MaxServers).Select(server => Describe(server, models[server.Name]))],
                [.. waiting.Places(ConnectorStatus.MaxWaiting).OrderBy(static one => one.Id, StringComparer.Ordinal).Select(static one => new WaitingRequest(one.Id, one.Place.Position, Seconds(one.Place.Wait)))]);
        }
    }

    // Names are made anew only when registry or rules have changed. One reporter asks at a time.
    private IReadOnlyDictionary<string, IReadOnlyList<string>> ModelsOf(RegistrySnapshot current)
    {
        var rules = local.Rules;
        if (_models.Version != current.Version || _models.Rules != rules)
            _models = (current.Version, rules, current.Servers.ToDictionary(static server => server.Name, Names, StringComparer.Ordinal));
        return _models.Models;
    }

    private IReadOnlyList<string> Names(LlmServer server) =>
        [.. RouteFinder.Names(server).Select(static named => named.Name).Where(local.ModelAllowed).Distinct(StringComparer.Ordinal).Take(ModelInventory.MaxModels)];

    private static ServerStatus Describe(LlmServer server, IReadOnlyList<string> models)
    {
        var state = server.State;
        var open = server.Circuit.IsOpen;
        return new ServerStatus(server.Name, ServerKinds.NameOf(state.Kind), state.Reachable && !open)
        {
            Problem = state.LastError is { } error ? WithoutAddress(error, server) : open ? "It failed too many requests and is passed over for a while." : null,
            Slots = server.Slots == int.MaxValue ? null : server.Slots,
            Busy = server.Load.Running,
            Waiting = server.Load.Waiting,
            Latency = server.Latency.Seconds is var seconds and > 0 ? Math.Round(seconds, 2) : null,
            Models = models,
        };
    }

    private static string WithoutAddress(string error, LlmServer server)
    {
        var address = server.Entry.Address.ToString();
        var host = new Uri(address);
        return error.Replace(address, server.Name, StringComparison.OrdinalIgnoreCase)
            .Replace(host.Authority, server.Name, StringComparison.OrdinalIgnoreCase)
            .Replace(host.Host, server.Name, StringComparison.OrdinalIgnoreCase);
    }

    private static int? Seconds(TimeSpan? wait) => wait is { } known ? (int)Math.Min(Math.Ceiling(known.TotalSeconds), int.MaxValue) : null;
}
