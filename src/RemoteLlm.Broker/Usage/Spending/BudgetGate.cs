using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.Usage.Spending;

/// <summary>Refuses the work of users whose budget is spent at the edge: what cannot be served need not cross the tunnel. Connectors check again, with what runs there.</summary>
internal sealed class BudgetGate(UserBudgets budgets, UsageTotals totals, TimeProvider time)
{
    /// <summary>The error to answer with, which says when the budget is renewed; null when the user may go on.</summary>
    public ApiError? Refusal(string user)
    {
        if (budgets.Find(user) is not { } known)
            return null;
        var now = time.GetUtcNow();
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (totals.Of(known.User, day).Over(known.Budget, out var ofMonth) is not { } spent)
            return null;
        var renewed = new DateTimeOffset(ofMonth ? UsageMonth.Of(day).First.AddMonths(1) : day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
        return ApiErrors.InsufficientQuota(spent, renewed) with { RetryAfter = renewed - now };
    }
}
