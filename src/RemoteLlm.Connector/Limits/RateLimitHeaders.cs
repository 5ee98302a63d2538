using System.Globalization;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.Connector.Limits;

/// <summary>Headers of what is left of a limit: on every answer, so that a caller can slow down before it is refused.</summary>
internal static class RateLimitHeaders
{
    public const string Prefix = "x-ratelimit-";

    public const string AnthropicPrefix = "anthropic-ratelimit-";

    /// <summary>True for one of them.</summary>
    public static bool Are(string header) => header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || header.StartsWith(AnthropicPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes them; Anthropic's clients get its own beside OpenAI's.</summary>
    public static void Write(IHeaderDictionary headers, Dialect dialect, RequestLimits limits, TokenBucketDecision decision, DateTimeOffset now)
    {
        if (!limits.IsUnlimited)
            Write(headers, dialect, "requests", limits.RequestsPerMinute.ToString("0.##", CultureInfo.InvariantCulture), decision, now);
    }

    /// <summary>The same for tokens.</summary>
    public static void WriteTokens(IHeaderDictionary headers, Dialect dialect, RequestLimits limits, TokenBucketDecision decision, DateTimeOffset now) =>
        Write(headers, dialect, "tokens", limits.TokensPerMinute.ToString(CultureInfo.InvariantCulture), decision, now);

    private static void Write(IHeaderDictionary headers, Dialect dialect, string what, string limit, TokenBucketDecision decision, DateTimeOffset now)
    {
        var remaining = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-limit-{what}"] = limit;
        headers[$"x-ratelimit-remaining-{what}"] = remaining;
        headers[$"x-ratelimit-reset-{what}"] = RateLimitDuration.Format(decision.UntilFull);
        if (dialect != Dialect.Anthropic)
            return;
        headers[$"anthropic-ratelimit-{what}-limit"] = limit;
        headers[$"anthropic-ratelimit-{what}-remaining"] = remaining;
        headers[$"anthropic-ratelimit-{what}-reset"] = Moment(now + decision.UntilFull);
    }

    // RFC 3339, whole seconds, never too early.
    private static string Moment(DateTimeOffset at) => at.UtcDateTime.AddTicks(TimeSpan.TicksPerSecond - 1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
