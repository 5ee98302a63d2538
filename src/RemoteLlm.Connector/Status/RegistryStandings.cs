using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Status;

/// <summary>How the servers of the registry stand.</summary>
internal sealed class RegistryStandings(ServerRegistry registry, Dispatcher queue) : IServerStandings
{
    public IReadOnlyList<ServerStanding> Standings => [.. registry.Current.Servers.Select(Describe)];

    private ServerStanding Describe(LlmServer server)
    {
        var state = server.State;
        var open = server.Circuit.IsOpen;
        return new ServerStanding(server.Name, ServerKinds.NameOf(state.Kind), server.Entry.Address.ToString())
        {
            Healthy = state.Reachable && !open,
            Problem = state.LastError ?? (open ? "It failed too many requests and is passed over for a while." : null),
            Models = state.Models.Count,
            Running = server.Load.Running,
            Slots = server.Slots == int.MaxValue ? null : server.Slots,
            Waiting = server.Load.Waiting,
            Queue = [.. queue.QueueOf(server).Select(static user => new QueueStanding(user.User, RequestClasses.NameOf(user.Class), user.Waiting, user.First.Position) { Wait = user.First.Wait?.TotalSeconds })],
            Latency = server.Latency.Seconds is var seconds and > 0 ? seconds : null,
        };
    }
}
