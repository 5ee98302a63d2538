namespace RemoteLlm.Connector.Servers.Costs;

/// <summary>
/// Money kept for one request. It belongs to the day on which the request began, also when that is over. Settled or given back exactly once, whatever comes first; what is not settled
/// when it is disposed cost nothing.
/// </summary>
internal sealed class CostReservation(Spending spending, DateOnly day, decimal amount) : IDisposable
{
    private int _over;

    /// <summary>The day that pays.</summary>
    public DateOnly Day => day;

    /// <summary>What is kept, US dollars.</summary>
    public decimal Amount => amount;

    /// <summary>The request is over: books what it really cost, be it more than was kept. False, and nothing happens, when it was over before.</summary>
    /// <param name="cost">US dollars; below 0 counts as 0.</param>
    public bool Settle(decimal cost)
    {
        if (Interlocked.Exchange(ref _over, 1) != 0)
            return false;
        spending.Settle(this, Math.Max(0, cost));
        return true;
    }

    /// <summary>Nothing was used: gives back what was kept, unless it is settled.</summary>
    public void Dispose() => Settle(0);
}
