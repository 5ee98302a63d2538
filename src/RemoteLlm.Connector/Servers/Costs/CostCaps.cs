using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Costs;

/// <summary>What may be spent at one server, in US dollars; 0 is no cap. Days are UTC's.</summary>
/// <param name="PerRequest">For one request, by the estimate before it.</param>
/// <param name="PerDay">On one day.</param>
/// <param name="Warn">Spent on a day, this is worth a warning.</param>
public sealed record CostCaps(decimal PerRequest, decimal PerDay, decimal Warn)
{
    /// <summary>Nothing is limited: servers of one's own.</summary>
    public static CostCaps None { get; } = new(0, 0, 0);

    /// <summary>What a mistake may cost before somebody looks: 10 cents a request, 10 dollars a day, a word at one dollar.</summary>
    public static CostCaps Paid { get; } = new(0.10m, 10.00m, 1.00m);

    /// <summary>What is usual of a kind.</summary>
    public static CostCaps UsualOf(ServerKind kind) => ServerKinds.IsPaid(kind) ? Paid : None;
}
