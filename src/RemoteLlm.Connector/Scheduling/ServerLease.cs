using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>The right to one of a server's slots; given back once, however often it is disposed. While it is held its server is not disposed.</summary>
internal sealed class ServerLease(Dispatcher dispatcher, Placement placement) : IDisposable
{
    private Dispatcher? _dispatcher = dispatcher;

    public ServerRoute Route { get; } = placement.Route!.Value;

    public LlmServer Server => Route.Server;

    /// <inheritdoc cref="Placement.LastResort"/>
    public bool LastResort { get; } = placement.LastResort;

    /// <summary>What it cost, US dollars; null before it is settled, and where nobody says.</summary>
    public decimal? Cost => placement.Charge?.Cost;

    /// <summary>The request is over at this server. What is not settled took nothing.</summary>
    /// <param name="usage">What it took.</param>
    public void Settle(TokenUsage usage) => placement.Charge?.Settle(usage);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _dispatcher, null) is not { } dispatcher)
            return;
        Settle(default);
        dispatcher.Release(Server);
    }
}
