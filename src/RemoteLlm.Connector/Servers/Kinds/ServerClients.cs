using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>The one client of each kind.</summary>
internal static class ServerClients
{
    private static readonly GenericClient s_generic = new();

    /// <summary>The client for a kind; for null, one that finds the kind out with each look.</summary>
    public static IServerClient For(ServerKind? kind) => kind switch
    {
        _ => s_generic,
    };
}
