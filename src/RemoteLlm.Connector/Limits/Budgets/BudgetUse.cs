using System.Globalization;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Limits.Budgets;

/// <summary>
/// What one user has used of day and month: by the ledger, by requests that have ended and that it does not have yet, and by those that run, which may use what was reserved for them.
/// What the ledger does not have counts to this day and this month. Not safe for concurrent use: the account's lock covers it.
/// </summary>
internal sealed class BudgetUse
{
    private UserSpending? _ledger;
    private long _tokens;
    private decimal _cost;
    private long _waitingTokens;
    private decimal _waitingCost;

    /// <summary>Nothing but what the ledger says.</summary>
    public bool IsIdle => _tokens == 0 && _cost == 0 && _waitingTokens == 0 && _waitingCost == 0;

    /// <summary>The ledger's figures; an older state than the one that is known changes nothing.</summary>
    public void Apply(UserSpending spending, bool whole)
    {
        if (whole || _ledger is null || spending.Version >= _ledger.Version)
            _ledger = spending;
    }

    /// <summary>A whole update does not name the user: the ledger has nothing of it.</summary>
    public void Forget() => _ledger = null;

    public void Reserve(long tokens, decimal cost) => (_tokens, _cost) = (_tokens + tokens, _cost + cost);

    /// <summary>The other side of <see cref="Reserve"/>.</summary>
    public void Release(long tokens, decimal cost) => Reserve(-tokens, -cost);

    /// <summary>A request has ended, and the ledger does not have it yet.</summary>
    public void Await(long tokens, decimal cost) => (_waitingTokens, _waitingCost) = (_waitingTokens + tokens, _waitingCost + cost);

    /// <summary>The ledger has it.</summary>
    public void Settled(long tokens, decimal cost) => (_waitingTokens, _waitingCost) = (Math.Max(_waitingTokens - tokens, 0), Math.Max(_waitingCost - cost, 0));

    /// <summary>Why a request does not fit into what is left; null when it does.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="need">What it may take.</param>
    /// <param name="now">The broker's clock.</param>
    /// <param name="tokens">Tokens to reserve.</param>
    /// <param name="cost">US dollars to reserve.</param>
    public ApiError? Check(Budget budget, TokenNeed need, DateTimeOffset now, out long tokens, out decimal cost)
    {
        var left = Left(budget, now);
        (tokens, cost) = (Math.Min(need.Whole, Math.Max(left.Tokens, need.Certain)), Math.Min(need.Cost, Math.Max(left.Cost, 0)));
        var (day, month) = (Tomorrow(now), NextMonth(now));
        // The month first: where both are spent, to wait for the day is of no use.
        var money = need.IsLimit ? need.Cost : 0;
        return Check(left.TokensThisMonth, need.Certain, "tokens per month", "0", month, now)
            ?? Check(left.CostThisMonth, money, "cost per month", "0.######", month, now)
            ?? Check(left.TokensToday, need.Certain, "tokens per day", "0", day, now)
            ?? Check(left.CostToday, money, "cost per day", "0.######", day, now);
    }

    /// <summary>What is left of each; null where there is no limit. Below zero when more was used than was foreseen.</summary>
    public BudgetLeft Left(Budget budget, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        // A day that is over counts no more, and neither does one that has not come: a clock was set back.
        var sameDay = _ledger?.Day == today;
        var sameMonth = _ledger is { Day: var known } && known.Year == today.Year && known.Month == today.Month;
        var (tokens, cost) = (_tokens + _waitingTokens, _cost + _waitingCost);
        return new BudgetLeft(
            budget.TokensPerDay == 0 ? null : budget.TokensPerDay - tokens - (sameDay ? _ledger!.TokensToday : 0),
            budget.TokensPerMonth == 0 ? null : budget.TokensPerMonth - tokens - (sameMonth ? _ledger!.TokensThisMonth : 0),
            budget.CostPerDay == 0 ? null : budget.CostPerDay - cost - (sameDay ? _ledger!.CostToday : 0),
            budget.CostPerMonth == 0 ? null : budget.CostPerMonth - cost - (sameMonth ? _ledger!.CostThisMonth : 0));
    }

    /// <summary>When a day's budget is renewed.</summary>
    public static DateTimeOffset Tomorrow(DateTimeOffset now) => new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);

    /// <summary>When a month's budget is renewed.</summary>
    public static DateTimeOffset NextMonth(DateTimeOffset now) => new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);

    private static ApiError? Check(decimal? left, decimal need, string budget, string format, DateTimeOffset renewed, DateTimeOffset now) =>
        left is not { } some || (some > 0 && need <= some) ? null
        : some <= 0 ? ApiErrors.InsufficientQuota(budget, renewed) with { RetryAfter = renewed - now }
        : ApiErrors.QuotaTooSmall(budget, some.ToString(format, CultureInfo.InvariantCulture), need.ToString(format, CultureInfo.InvariantCulture), renewed, renewed - now);
}

/// <summary>What is left of a user's budget; null where there is no limit.</summary>
internal readonly record struct BudgetLeft(long? TokensToday, long? TokensThisMonth, decimal? CostToday, decimal? CostThisMonth)
{
    /// <summary>Tokens that both day and month have left.</summary>
    public long Tokens => Math.Min(TokensToday ?? long.MaxValue, TokensThisMonth ?? long.MaxValue);

    /// <summary>US dollars that both have left.</summary>
    public decimal Cost => Math.Min(CostToday ?? decimal.MaxValue, CostThisMonth ?? decimal.MaxValue);
}
