using RemoteLlm.Connector.Scheduling.Fair;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>The right to one of a server's slots; given back once, however often it is disposed. While it is held its server is not disposed.</summary>
/// <param name="dispatcher">Who gave it.</param>
/// <param name="placement">Where.</param>
/// <param name="ticket">What its user was charged there.</param>
/// <param name="began">Timestamp of when it was given.</param>
internal sealed class ServerLease(Dispatcher dispatcher, Placement placement, FairTicket ticket, long began) : IDisposable
{
    private const int Settled = 1;
    private const int Released = 2;

    private readonly Dispatcher _dispatcher = dispatcher;
    private readonly ServerCharge? _charge = placement.Charge;
    private readonly FairTicket _ticket = ticket;
    private readonly long _began = began;
    private int _state;

    public ServerRoute Route { get; } = placement.Route!.Value;

    public LlmServer Server => Route.Server;

    /// <inheritdoc cref="Placement.LastResort"/>
    public bool LastResort { get; } = placement.LastResort;

    /// <summary>What it cost, US dollars; null before it is settled, and where nobody says.</summary>
    public decimal? Cost => _charge?.Cost;

    /// <summary>The request is over at this server: its user is charged what it took there. Counts once. What is not settled took nothing.</summary>
    /// <param name="usage">What it took.</param>
    public void Settle(TokenUsage usage) => Settle(usage, wasServed: true);

    public void Dispose()
    {
        if ((Interlocked.Or(ref _state, Released) & Released) != 0)
            return;
        Settle(default, wasServed: false);
        _dispatcher.Release(Server);
    }

    private void Settle(TokenUsage usage, bool wasServed)
    {
        if ((Interlocked.Or(ref _state, Settled) & Settled) != 0)
            return;
        _charge?.Settle(usage);
        _dispatcher.Settle(Server, _ticket, usage, wasServed ? _began : null);
    }
}
