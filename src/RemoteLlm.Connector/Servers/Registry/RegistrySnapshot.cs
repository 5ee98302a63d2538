namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>The servers in use at one moment.</summary>
/// <param name="Servers">In the order of the sources.</param>
/// <param name="Fallbacks">See <see cref="RegistryContent.Fallbacks"/>.</param>
/// <param name="Version">Higher with every change of the list or of what is known of a server.</param>
internal sealed record RegistrySnapshot(IReadOnlyList<LlmServer> Servers, IReadOnlyDictionary<string, IReadOnlyList<string>> Fallbacks, long Version);
