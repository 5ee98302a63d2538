using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Relay;

/// <summary>A request that changes what is installed at a server: it goes to this one and to no other.</summary>
internal sealed class ManagedServer(LlmServer server, string? model, SlotAsker asker) : ISlotSeeker
{
    public SlotAsker Asker => asker;

    public IReadOnlyList<LlmServer> Awaited { get; } = [server];

    /// <summary>The server to change: one whose owner allows it, and of several the one that has the model.</summary>
    public static LlmServer? Find(RegistrySnapshot registry, string? model) => registry.Servers
        .Where(static server => server.Entry.AllowModelManagement)
        .OrderByDescending(server => model is not null && server.State.FindTagged(model) is not null)
        .ThenBy(static server => server.Entry.Priority)
        .FirstOrDefault();

    public ServerWork WorkAt(LlmServer server) => default;

    public Placement Place() => server.Load.Running < server.Slots ? Placement.At(new ServerRoute(server, model)) : Placement.Later(null);
}
