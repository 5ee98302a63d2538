namespace RemoteLlm.Connector.Servers.Costs;

/// <summary>The money of one server and one UTC day. Guarded by its <see cref="Spending"/>.</summary>
internal sealed class DaySpending
{
    /// <summary>What settled requests cost, US dollars.</summary>
    public decimal Spent { get; set; }

    /// <summary>What is kept for requests that run, US dollars.</summary>
    public decimal Reserved { get; set; }

    /// <summary>Whether its warning was given.</summary>
    public bool Warned { get; set; }
}
