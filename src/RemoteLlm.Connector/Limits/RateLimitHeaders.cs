using System.Globalization;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.Connector.Limits;

/// <summary>Headers of what is left of every limit: on every answer, so that a caller can slow down before it is refused.</summary>
internal static class RateLimitHeaders
{
    public const string Prefix = "x-ratelimit-";

    public const string AnthropicPrefix = "anthropic-ratelimit-";

    /// <summary>True for one of them.</summary>
    public static bool Are(string header) => header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || header.StartsWith(AnthropicPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes them; Anthropic's clients get its own beside OpenAI's. A limit that is not set has none.</summary>
    /// <param name="headers">The answer's.</param>
    /// <param name="dialect">Whose client reads them.</param>
    /// <param name="figures">How the caller stands.</param>
    /// <param name="now">The clock of the moments in Anthropic's.</param>
    public static void Write(IHeaderDictionary headers, Dialect dialect, Figures figures, DateTimeOffset now)
    {
        var limits = figures.Limits;
        if (!limits.IsUnlimited)
            Write(headers, dialect, "requests", limits.RequestsPerMinute.ToString("0.##", CultureInfo.InvariantCulture), figures.Requests, figures.RequestsReset, now);
        if (limits.TokensPerMinute > 0)
            Write(headers, dialect, "tokens", limits.TokensPerMinute.ToString(CultureInfo.InvariantCulture), figures.Tokens, figures.TokensReset, now);
        if (figures.Budget.IsNone)
            return;
        var (budget, left) = (figures.Budget, figures.Left);
        var (day, month) = (BudgetUse.Tomorrow(figures.Now) - figures.Now, BudgetUse.NextMonth(figures.Now) - figures.Now);
        WriteBudget(headers, "tokens-day", budget.TokensPerDay, left.TokensToday, day);
        WriteBudget(headers, "tokens-month", budget.TokensPerMonth, left.TokensThisMonth, month);
        WriteBudget(headers, "cost-day", budget.CostPerDay, left.CostToday, day);
        WriteBudget(headers, "cost-month", budget.CostPerMonth, left.CostThisMonth, month);
    }

    private static void Write(IHeaderDictionary headers, Dialect dialect, string what, string limit, long left, TimeSpan reset, DateTimeOffset now)
    {
        var remaining = left.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-limit-{what}"] = limit;
        headers[$"x-ratelimit-remaining-{what}"] = remaining;
        headers[$"x-ratelimit-reset-{what}"] = RateLimitDuration.Format(reset);
        if (dialect != Dialect.Anthropic)
            return;
        headers[$"anthropic-ratelimit-{what}-limit"] = limit;
        headers[$"anthropic-ratelimit-{what}-remaining"] = remaining;
        headers[$"anthropic-ratelimit-{what}-reset"] = Moment(now + reset);
    }

    private static void WriteBudget(IHeaderDictionary headers, string what, decimal limit, decimal? left, TimeSpan reset)
    {
        if (left is not { } some)
            return;
        headers[$"x-ratelimit-limit-{what}"] = limit.ToString("0.######", CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-remaining-{what}"] = Math.Max(some, 0).ToString("0.######", CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-reset-{what}"] = RateLimitDuration.Format(reset);
    }

    // RFC 3339, whole seconds, never too early.
    private static string Moment(DateTimeOffset at) => at.UtcDateTime.AddTicks(TimeSpan.TicksPerSecond - 1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
