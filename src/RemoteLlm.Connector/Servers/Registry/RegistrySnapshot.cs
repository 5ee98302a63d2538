using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>The servers in use at one moment.</summary>
/// <param name="Servers">In the order of the sources.</param>
/// <param name="Fallbacks">See <see cref="RegistryContent.Fallbacks"/>.</param>
/// <param name="Watched">The members of requests that any of the servers has something to say about.</param>
/// <param name="Version">Higher with every change of the list or of what is known of a server.</param>
internal sealed record RegistrySnapshot(IReadOnlyList<LlmServer> Servers, IReadOnlyDictionary<string, IReadOnlyList<string>> Fallbacks, WatchedMembers Watched, long Version)
{
    /// <summary>No server.</summary>
    public static RegistrySnapshot Empty { get; } = new([], RegistryContent.Empty.Fallbacks, WatchedMembers.None, 0);
}
