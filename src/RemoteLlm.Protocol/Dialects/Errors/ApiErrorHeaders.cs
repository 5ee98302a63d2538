using System.Globalization;

namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>The response headers that belong to an <see cref="ApiError"/>, apart from the body's own.</summary>
public static class ApiErrorHeaders
{
    /// <summary>
    /// Names and values to set: <c>retry-after</c> (whole seconds, rounded up, so that nobody comes back too early) with the exact
    /// <c>retry-after-ms</c>, <c>x-should-retry</c>, <c>WWW-Authenticate</c> on 401 and <c>Allow</c> on 405.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, string>> For(ApiError error)
    {
        if (error.RetryAfter is { } wait)
        {
            var milliseconds = (long)Math.Ceiling(Math.Max(0, wait.TotalMilliseconds));
            yield return new("retry-after", ((milliseconds + 999) / 1000).ToString(CultureInfo.InvariantCulture));
            yield return new("retry-after-ms", milliseconds.ToString(CultureInfo.InvariantCulture));
        }

        if (error.ShouldRetry is { } retry)
            yield return new("x-should-retry", retry ? "true" : "false");

        if (error.Status == 401)
            yield return new("WWW-Authenticate", "Bearer");

        if (error.AllowedMethods is { } methods)
            yield return new("Allow", methods);
    }
}
