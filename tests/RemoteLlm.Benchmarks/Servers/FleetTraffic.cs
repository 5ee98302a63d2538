using RemoteLlm.Benchmarks.Load;

namespace RemoteLlm.Benchmarks.Servers;

/// <summary>The streams that are shared among several servers.</summary>
internal static class FleetTraffic
{
    // With it some requests are always without a byte yet, and some in the middle of their answer.
    private const int ThinkMilliseconds = 100;
    private const int Chunks = 20;
    private const int GapMicroseconds = 10_000;

    /// <summary>Streams one after the other; on the fastest server each takes 0.3 s.</summary>
    public static LoadCommand Streams(int port, string apiKey, int callers, double seconds) => new()
    {
        Port = port,
        ApiKey = apiKey,
        Callers = callers,
        Stream = true,
        Chunks = Chunks,
        GapMicroseconds = GapMicroseconds,
        ThinkMilliseconds = ThinkMilliseconds,
        OwnConversations = true,
        SpreadMilliseconds = 500,
        WarmUpSeconds = 2,
        Seconds = seconds,
    };
}
