using System.Globalization;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Limits;

/// <summary>OpenAI's headers of what is left of a limit: on every answer, so that a caller can slow down before it is refused.</summary>
internal static class RateLimitHeaders
{
    public const string Prefix = "x-ratelimit-";

    public static void Write(IHeaderDictionary headers, RequestLimits limits, TokenBucketDecision decision)
    {
        if (limits.IsUnlimited)
            return;
        headers["x-ratelimit-limit-requests"] = limits.RequestsPerMinute.ToString("0.##", CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining-requests"] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset-requests"] = RateLimitDuration.Format(decision.UntilFull);
    }
}
