using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Usage.Spending;

/// <summary>What one user has used in a day and in its month.</summary>
/// <param name="TokensToday">Tokens of prompts and answers on the day.</param>
/// <param name="TokensThisMonth">In the month.</param>
/// <param name="CostToday">US dollars on the day.</param>
/// <param name="CostThisMonth">US dollars in the month.</param>
internal readonly record struct Spent(long TokensToday, long TokensThisMonth, decimal CostToday, decimal CostThisMonth)
{
    /// <summary>The part of a budget that is used up, such as <c>tokens per day</c>; null when none is. Of several that which lasts longest: waiting for the other is of no use.</summary>
    /// <param name="budget">What may be used.</param>
    /// <param name="ofMonth">Whether it is renewed with the month, not with the day.</param>
    public string? Over(Budget budget, out bool ofMonth)
    {
        ofMonth = true;
        if (budget.TokensPerMonth > 0 && TokensThisMonth >= budget.TokensPerMonth)
            return "tokens per month";
        if (budget.CostPerMonth > 0 && CostThisMonth >= budget.CostPerMonth)
            return "cost per month";
        ofMonth = false;
        if (budget.TokensPerDay > 0 && TokensToday >= budget.TokensPerDay)
            return "tokens per day";
        return budget.CostPerDay > 0 && CostToday >= budget.CostPerDay ? "cost per day" : null;
    }
}
