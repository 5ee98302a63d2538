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
    private readonly LlmServer _server;
    private readonly LlmServerOptions _options;
    private ModelInventory _inventory;

    public ServedModels(LlmServer server, LlmServerOptions options)
    {
        (_server, _options) = (server, options);
        _inventory = Describe(server.State);
        server.Probe.Changed += OnChanged;
    }

    public event Action? Changed;

    public ModelInventory Inventory => Volatile.Read(ref _inventory);

    public void Dispose() => _server.Probe.Changed -= OnChanged;

    private void OnChanged()
    {
        Volatile.Write(ref _inventory, Describe(_server.State));
        Changed?.Invoke();
    }

    private ModelInventory Describe(ServerState state) => new(
        [.. state.Models.Take(ModelInventory.MaxModels).Select(model => new ModelDescription(model.Id, 0, "remotellm") { Ollama = model.Ollama })],
        state.Reachable ? null : "the LLM server does not answer")
    {
        AllowsManagement = _options.AllowModelManagement,
        OllamaVersion = state.Kind == Servers.Registry.ServerKind.Ollama ? state.Version : null,
    };
}
