using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Draining;

namespace RemoteLlm.Connector.Status;

/// <summary>The standing of the one server of the command line.</summary>
internal sealed class OneServerStandings(LlmServer server, ServerSlots slots, LlmServerOptions options, InFlightRequests inFlight) : IServerStandings
{
    public IReadOnlyList<ServerStanding> Standings
    {
        get
        {
            var state = server.State;
            var waiting = slots.Waiting;
            return
            [
                new ServerStanding(server.Name, ServerKinds.NameOf(state.Kind), server.Entry.Address.ToString())
                {
                    Healthy = state.Reachable,
                    Problem = state.LastError,
                    Models = state.Models.Count,
                    Running = Math.Max(0, inFlight.Count - waiting),
                    Slots = options.MaxConcurrent is > 0 ? options.MaxConcurrent : null,
                    Waiting = waiting,
                },
            ];
        }
    }
}
