namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>All that <c>servers.json</c> says.</summary>
/// <param name="Servers">In the order of the file; names are unique.</param>
/// <param name="Fallbacks">
/// For a model what to use in its place, in this order, when no server can serve it: other models, or <c>SERVER/MODEL</c> for a model at one server.
/// </param>
public sealed record RegistryContent(IReadOnlyList<ServerEntry> Servers, IReadOnlyDictionary<string, IReadOnlyList<string>> Fallbacks)
{
    /// <summary>No server at all.</summary>
    public static RegistryContent Empty { get; } = new([], new Dictionary<string, IReadOnlyList<string>>());
}
