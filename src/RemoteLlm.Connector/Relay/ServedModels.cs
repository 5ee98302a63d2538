using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Relay;

/// <summary>
/// The inventory as the broker is told it: every name that a server, an alias or a fallback answers to. What is known of a server that is down stays known: its requests then
/// get an answer that says what is wrong, not one that says there is no such model. What the owner does not share is not on it.
/// </summary>
internal sealed class ServedModels : IModelSource, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ServerRegistry _registry;
    private readonly LocalAccess _local;
    private ModelInventory _everything;
    private ModelInventory _inventory;

    public ServedModels(ServerRegistry registry, LocalAccess local)
    {
        (_registry, _local) = (registry, local);
        _everything = Describe(registry.Current);
        _inventory = Shared(_everything);
        registry.Changed += OnChanged;
        local.Changed += OnChanged;
    }

    public event Action? Changed;

    public ModelInventory Inventory => Volatile.Read(ref _inventory);

    /// <summary>All models, whether shared or not: what is there for the owner.</summary>
    public ModelInventory Everything => Volatile.Read(ref _everything);

    public void Dispose()
    {
        _registry.Changed -= OnChanged;
        _local.Changed -= OnChanged;
    }

    private void OnChanged()
    {
        ModelInventory before, after;
        // Servers change side by side: what is newer must not be overtaken by what is older.
        lock (_gate)
        {
            var everything = Describe(_registry.Current);
            (before, after) = (_inventory, Shared(everything));
            Volatile.Write(ref _everything, everything);
            Volatile.Write(ref _inventory, after);
        }

        if (!after.IsSameAs(before))
            Changed?.Invoke();
    }

    private ModelInventory Shared(ModelInventory everything)
    {
        var standing = _local.Standing;
        return everything with
        {
            Models = _local.Rules.Models is null ? everything.Models : [.. everything.Models.Where(model => _local.ModelAllowed(model.Id))],
            Paused = standing.State != SharingState.Open,
            OpensAt = standing.OpensAt,
        };
    }

    private static ModelInventory Describe(RegistrySnapshot registry)
    {
        var models = new SortedDictionary<string, ModelDescription>(StringComparer.Ordinal);
        foreach (var server in registry.Servers.OrderByDescending(static server => server.State.Reachable).ThenBy(static server => server.Entry.Priority))
        {
            foreach (var (name, model) in RouteFinder.Names(server))
            {
                if (!models.ContainsKey(name))
                    models[name] = Describe(name, model, server);
            }
        }

        foreach (var name in registry.Fallbacks.Keys)
            models.TryAdd(name, new ModelDescription(name, 0, "remotellm"));
        return new ModelInventory([.. models.Values.Take(ModelInventory.MaxModels)], Problem(registry))
        {
            AllowsManagement = registry.Servers.Any(static server => server.Entry.AllowModelManagement),
            OllamaVersion = registry.Servers.FirstOrDefault(static server => server.State.Kind == ServerKind.Ollama)?.State.Version,
        };
    }

    private static ModelDescription Describe(string name, string model, LlmServer server)
    {
        var known = server.State.Find(model);
        return new ModelDescription(name, 0, "remotellm") { Ollama = known?.Ollama, ContextLength = server.ContextLength(model), Capabilities = known?.Capabilities, Loaded = known?.Loaded };
    }

    private static string? Problem(RegistrySnapshot registry) =>
        registry.Servers.Count == 0 ? "the connector has no LLM server"
        : registry.Servers.Any(static server => server.State.Reachable) ? null
        : registry.Servers.Count == 1 ? "the LLM server does not answer" : "none of the LLM servers answers";
}
