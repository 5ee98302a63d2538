using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Rates;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Servers;

/// <summary>What one request took of its server's rate and money, by an estimate; corrected once when it is over.</summary>
internal sealed class ServerCharge
{
    private readonly LlmServer _server;
    private readonly ModelPrice? _price;
    private readonly RateTicket _ticket;
    private readonly CostReservation _reservation;
    private int _settled;

    private ServerCharge(LlmServer server, ModelPrice? price, RateTicket ticket, CostReservation reservation) => (_server, _price, _ticket, _reservation) = (server, price, ticket, reservation);

    /// <summary>What it cost, US dollars; null before it is settled, and where nobody says what the server costs.</summary>
    public decimal? Cost { get; private set; }

    /// <summary>Takes what a request will need, if it may go there now.</summary>
    /// <param name="server">The server.</param>
    /// <param name="need">What it will need.</param>
    /// <param name="charge">To be settled.</param>
    public static bool TryTake(LlmServer server, ServerNeed need, out ServerCharge? charge)
    {
        charge = null;
        if (!server.Spending.TryReserve(need.Cost, out var reservation, out _))
            return false;
        if (!server.Rate.TryTake(need.Tokens, out var ticket, out _))
        {
            reservation.Dispose();
            return false;
        }

        charge = new ServerCharge(server, need.Price, ticket, reservation);
        return true;
    }

    /// <summary>The request is over.</summary>
    /// <param name="usage">What it took; nothing when it failed before it took anything.</param>
    public void Settle(TokenUsage usage)
    {
        if (Interlocked.Exchange(ref _settled, 1) != 0)
            return;
        _server.Rate.Settle(_ticket, usage.PromptTokens + usage.CompletionTokens);
        Cost = usage == default ? 0 : Pricing.CostOf(_price, usage);
        _reservation.Settle(Cost ?? 0);
    }
}

/// <summary>What a request will need at a server, by an estimate.</summary>
/// <param name="Tokens">Prompt and answer.</param>
/// <param name="Price">What tokens cost; null when nobody says.</param>
/// <param name="Cost">What the request will cost, US dollars; null without a price.</param>
internal readonly record struct ServerNeed(long Tokens, ModelPrice? Price, decimal? Cost);
