using RemoteLlm.Benchmarks.Load;

namespace RemoteLlm.Benchmarks.EndToEnd;

/// <summary>One kind of traffic that is measured on both paths.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Command">What the load process is asked; port and key are those of the path.</param>
/// <param name="Repetitions">How often on either path.</param>
internal sealed record Scenario(string Name, LoadCommand Command, int Repetitions)
{
    /// <summary>The numbers of callers at which requests and chunks are counted.</summary>
    public static readonly int[] Callers = [1, 16, 64];

    public const string FirstToken = "first token";
    public const string Paced = "paced stream";

    /// <summary>How many streams the last scenario holds.</summary>
    public const int HeldStreams = 256;

    /// <summary>A chunk every 5 ms: a fast local model. Slow enough that each chunk travels alone.</summary>
    private const int PacedGapMicroseconds = 5_000;

    /// <summary>20 chunks a second for each of many.</summary>
    private const int HeldGapMicroseconds = 50_000;

    /// <summary>Long enough that a request's own cost does not count, short enough that a tail is over within a second.</summary>
    private const int ChunksOfFullSpeedStream = 2_000;

    public static string Requests(int callers) => $"requests, {callers} callers";

    public static string Chunks(int streams) => $"chunks, {streams} streams";

    public static string Hold { get; } = $"hold {HeldStreams} streams";

    public static IReadOnlyList<Scenario> All(EndToEndOptions options)
    {
        var plain = new LoadCommand { Port = 0, ApiKey = "", Callers = 1, Stream = false, Seconds = options.Seconds, WarmUpSeconds = 0.2 };
        var paced = plain with { Stream = true, WarmUpSeconds = 0, RequestsPerCaller = 1 };
        return
        [
            new(FirstToken, plain with { Stream = true, Chunks = 16 }, options.Repetitions),
            new(Paced, paced with { GapMicroseconds = PacedGapMicroseconds, Chunks = ChunksIn(options.Seconds, PacedGapMicroseconds) }, options.Repetitions),
            .. Callers.Select(callers => new Scenario(Requests(callers), plain with { Callers = callers }, options.Repetitions)),
            .. Callers.Select(streams => new Scenario(
                Chunks(streams), plain with { Callers = streams, Stream = true, Chunks = ChunksOfFullSpeedStream }, options.Repetitions)),
            new(
                Hold,
                paced with
                {
                    Callers = HeldStreams,
                    Seconds = options.HoldSeconds,
                    GapMicroseconds = HeldGapMicroseconds,
                    Chunks = ChunksIn(options.HoldSeconds, HeldGapMicroseconds),
                },
                Repetitions: 1),
        ];
    }

    private static int ChunksIn(double seconds, int gapMicroseconds) => Math.Max(2, (int)(seconds * 1_000_000 / gapMicroseconds));
}
