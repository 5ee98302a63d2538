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

    /// <summary>Writes them; Anthropic's clients get its own beside OpenAI's.</summary>
    public static void Write(IHeaderDictionary headers, Dialect dialect, RequestLimits limits, TokenBucketDecision decision, DateTimeOffset now)
    {
        if (limits.IsUnlimited)
            return;
        var limit = limits.RequestsPerMinute.ToString("0.##", CultureInfo.InvariantCulture);
        var remaining = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-limit-requests"] = limit;
        headers["x-ratelimit-remaining-requests"] = remaining;
        headers["x-ratelimit-reset-requests"] = RateLimitDuration.Format(decision.UntilFull);
        if (dialect != Dialect.Anthropic)
            return;
        headers["anthropic-ratelimit-requests-limit"] = limit;
        headers["anthropic-ratelimit-requests-remaining"] = remaining;
        headers["anthropic-ratelimit-requests-reset"] = Moment(now + decision.UntilFull);
    }

    // RFC 3339, whole seconds, never too early.
    private static string Moment(DateTimeOffset at) => at.UtcDateTime.AddTicks(TimeSpan.TicksPerSecond - 1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
