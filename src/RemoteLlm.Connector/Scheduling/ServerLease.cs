using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>The right to one of a server's slots; given back once, however often it is disposed. While it is held its server is not disposed.</summary>
internal sealed class ServerLease(Dispatcher dispatcher, Placement placement) : IDisposable
{
    private Dispatcher? _dispatcher = dispatcher;

    public ServerRoute Route { get; } = placement.Route!.Value;

    public LlmServer Server => Route.Server;

    /// <inheritdoc cref="Placement.LastResort"/>
    public bool LastResort { get; } = placement.LastResort;

    public void Dispose() => Interlocked.Exchange(ref _dispatcher, null)?.Release(Server);
}
