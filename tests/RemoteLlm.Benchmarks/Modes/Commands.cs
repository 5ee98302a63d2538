using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Products;

namespace RemoteLlm.Benchmarks.Modes;

/// <summary>The traffic that several modes have in common.</summary>
internal static class Commands
{
    /// <summary>An answer that does not end by itself within any measurement.</summary>
    public const int Endless = 100_000_000;

    /// <summary>Streams of which each token comes alone, at an LLM's pace, until the window closes.</summary>
    public static LoadCommand TokenStreams(Product product, int streams, TimeSpan gap, double seconds) => Plain(product, seconds) with
    {
        Callers = streams,
        Stream = true,
        Chunks = Endless,
        GapMicroseconds = (int)gap.TotalMicroseconds,
    };

    /// <summary>Uploads of so many bytes, one after the other.</summary>
    public static LoadCommand Upload(Product product, int bytes, double seconds) => Plain(product, seconds) with { UploadBytes = bytes };

    /// <summary>Whole answers of so many bytes, one after the other.</summary>
    public static LoadCommand Download(Product product, int bytes, double seconds) => Plain(product, seconds) with { AnswerBytes = bytes };

    /// <summary>A stream as fast as its reader takes it.</summary>
    public static LoadCommand EndlessStream(Product product) => Plain(product, seconds: 0) with { Stream = true, Chunks = Endless };

    private static LoadCommand Plain(Product product, double seconds) => new()
    {
        Port = product.Port,
        ApiKey = product.ApiKey,
        Callers = 1,
        Stream = false,
        // Connections, windows and buffers have found their size by then.
        WarmUpSeconds = 2,
        Seconds = seconds,
        BreakOff = true,
    };
}
