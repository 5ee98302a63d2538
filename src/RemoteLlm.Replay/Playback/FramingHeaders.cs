namespace RemoteLlm.Replay.Playback;

/// <summary>Headers that belong to one connection or to the framing of one message (RFC 9110, 7.6.1); they are neither relayed nor recorded.</summary>
internal static class FramingHeaders
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>Whether the header is one of them.</summary>
    public static bool Contains(string name) => Names.Contains(name);
}
