using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Relay;

/// <summary>
/// The inventory as the broker is told it. A server that is down keeps its last known models: their requests then get an answer that says what
/// is wrong, not one that says there is no such model.
/// </summary>
internal sealed class ServedModels : IModelSource, IDisposable
{
    private readonly ModelDiscovery _discovery;
    private ModelInventory _inventory;

    public ServedModels(ModelDiscovery discovery)
    {
        _discovery = discovery;
        _inventory = Describe(discovery.Current, []);
        discovery.Changed += OnChanged;
    }

    public event Action? Changed;

    public ModelInventory Inventory => Volatile.Read(ref _inventory);

    public void Dispose() => _discovery.Changed -= OnChanged;

    private void OnChanged(ServerState state)
    {
        Volatile.Write(ref _inventory, Describe(state, Inventory.Models));
        Changed?.Invoke();
    }

    private static ModelInventory Describe(ServerState state, IReadOnlyList<ModelDescription> known) => state.Reachable
        ? new ModelInventory([.. state.Models.Select(model => new ModelDescription(model, 0, "remotellm"))])
        : new ModelInventory(known, "the LLM server does not answer");
}
