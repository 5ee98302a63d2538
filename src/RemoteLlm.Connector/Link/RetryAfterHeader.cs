using System.Net;
using System.Net.Http.Headers;

namespace RemoteLlm.Connector.Link;

/// <summary>Reads <c>Retry-After</c> (RFC 9110, section 10.2.3): seconds, or a date.</summary>
internal static class RetryAfterHeader
{
    /// <summary>The longest that a broker, or whatever stands before it, can keep a connector away.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(600);

    /// <summary>How long a refusal asks to wait, <see cref="Longest"/> at most; null where it does not ask, or asks for no wait at all.</summary>
    public static TimeSpan? Read(HttpStatusCode? status, IReadOnlyDictionary<string, IEnumerable<string>>? headers, TimeProvider time)
    {
        if (status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) || headers is null
            || !headers.TryGetValue("Retry-After", out var values) || !RetryConditionHeaderValue.TryParse(values.FirstOrDefault(), out var header))
            return null;
        var wait = header.Delta ?? header.Date - time.GetUtcNow();
        // No wait would be a dial after the other, as fast as the line bears: that is left to the back-off.
        return wait is { } asked && asked > TimeSpan.Zero ? (asked < Longest ? asked : Longest) : null;
    }
}
