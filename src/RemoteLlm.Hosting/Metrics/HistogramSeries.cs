namespace RemoteLlm.Hosting.Metrics;

/// <summary>How many measurements fell under each bound, and their sum.</summary>
/// <param name="labels">See <see cref="Series"/>.</param>
/// <param name="bounds">Upper bounds, inclusive, ascending; one bucket more than bounds takes what lies above the last.</param>
internal sealed class HistogramSeries(string labels, double[] bounds) : Series(labels)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public double[] Bounds => bounds;

    public double Sum => Volatile.Read(ref _sum);

    /// <summary>Not cumulative; the reader sums up, so that buckets and total agree however many threads record meanwhile.</summary>
    public long CountIn(int bucket) => Interlocked.Read(ref _counts[bucket]);

    public override void Record(double measurement)
    {
        // Of no bucket, and it would spoil the sum for good.
        if (double.IsNaN(measurement)) return;
        var bucket = Array.BinarySearch(bounds, measurement);
        Interlocked.Increment(ref _counts[bucket < 0 ? ~bucket : bucket]);
        AtomicDouble.Add(ref _sum, measurement);
    }
}
