namespace RemoteLlm.Hosting.Metrics;

/// <summary>What is measured, and how finely.</summary>
public sealed class MetricsOptions
{
    /// <summary>Meters are taken whose name begins so; all of ours do.</summary>
    public string MeterPrefix { get; set; } = "RemoteLlm.";

    /// <summary>
    /// Combinations of labels that are kept apart for one metric; further ones are added up under <c>overflow="true"</c>. 1000: a label that
    /// grows with its users (names, models) must not grow our memory, nor the monitor's.
    /// </summary>
    public int SeriesPerMetric { get; set; } = 1000;

    /// <summary>
    /// Upper bounds of histogram buckets, by the name of the instrument, ascending. They win over the instrument's own advice, which wins over
    /// <see cref="HistogramBuckets"/>.
    /// </summary>
    public IDictionary<string, double[]> Buckets { get; } = new Dictionary<string, double[]>(StringComparer.Ordinal);
}
