using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Relay;

/// <summary>
/// The inventory as the broker is told it. Discovery keeps the last known models of a server that is down, and so does this: their requests then
/// get an answer that says what is wrong, not one that says there is no such model.
/// </summary>
internal sealed class ServedModels : IModelSource, IDisposable
{
    private readonly ModelDiscovery _discovery;
    private readonly LlmServerOptions _options;
    private ModelInventory _inventory;

    public ServedModels(ModelDiscovery discovery, LlmServerOptions options)
    {
        (_discovery, _options) = (discovery, options);
        _inventory = Describe(discovery.Current);
        discovery.Changed += OnChanged;
    }

    public event Action? Changed;

    public ModelInventory Inventory => Volatile.Read(ref _inventory);

    public void Dispose() => _discovery.Changed -= OnChanged;

    private void OnChanged(ServerState state)
    {
        Volatile.Write(ref _inventory, Describe(state));
        Changed?.Invoke();
    }

    private ModelInventory Describe(ServerState state) => new(
        [.. state.Models.Take(ModelInventory.MaxModels).Select(model => new ModelDescription(model, 0, "remotellm") { Ollama = state.Ollama.GetValueOrDefault(model) })],
        state.Reachable ? null : "the LLM server does not answer")
    {
        AllowsManagement = _options.AllowModelManagement,
        OllamaVersion = state.OllamaVersion,
    };
}
