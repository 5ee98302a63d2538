namespace RemoteLlm.Replay.Recording;

/// <summary>
/// Response headers that a recording keeps. A list of what may stay, not of what must go: a provider's next header with an account in
/// it must not end up in a repository.
/// </summary>
internal static class RecordedHeaders
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Access-Control-Allow-Origin", "Cache-Control", "Content-Type", "OpenAI-Processing-Ms", "OpenAI-Version", "Retry-After", "Retry-After-Ms",
        "Server", "WWW-Authenticate", "X-Accel-Buffering", "X-Should-Retry",
    };

    /// <summary>Whether a recording keeps the header.</summary>
    public static bool Keep(string name) => Names.Contains(name) || name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase);
}
