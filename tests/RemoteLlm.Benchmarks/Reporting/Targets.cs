namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>What the relay is to reach on two shared cores, with keys and limits on.</summary>
internal static class Targets
{
    public const double AddedFirstTokenMilliseconds = 1.5;
    public const double AddedPerTokenMilliseconds = 0.7;
    public const double RequestsRatio = 0.15;
    public const double ChunksRatio = 0.3;
    public const double PeakMiB = 200;

    /// <summary>The number of callers and streams for which the ratios are set.</summary>
    public const int Callers = 64;
}
