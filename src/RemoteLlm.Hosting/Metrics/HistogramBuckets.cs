using System.Diagnostics.Metrics;

namespace RemoteLlm.Hosting.Metrics;

/// <summary>Bucket bounds where neither the configuration nor the instrument names any.</summary>
public static class HistogramBuckets
{
    /// <summary>1 ms to 10 min: from a gap between tokens to the processing of a very long prompt.</summary>
    public static IReadOnlyList<double> Seconds { get; } =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

    /// <summary>The default of the OpenTelemetry SDK, for anything that is not a time.</summary>
    public static IReadOnlyList<double> Plain { get; } = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    internal static double[] For(Instrument instrument, MetricsOptions options)
    {
        if (options.Buckets.TryGetValue(instrument.Name, out var configured)) return configured;
        return Advised(instrument) ?? [.. instrument.Unit == "s" ? Seconds : Plain];
    }

    private static double[]? Advised(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => Bounds(histogram.Advice),
        Histogram<long> histogram => Bounds(histogram.Advice),
        Histogram<int> histogram => Bounds(histogram.Advice),
        Histogram<float> histogram => Bounds(histogram.Advice),
        Histogram<decimal> histogram => Bounds(histogram.Advice),
        Histogram<short> histogram => Bounds(histogram.Advice),
        Histogram<byte> histogram => Bounds(histogram.Advice),
        _ => null,
    };

    private static double[]? Bounds<T>(InstrumentAdvice<T>? advice)
        where T : struct =>
        advice?.HistogramBucketBoundaries?.Select(bound => Convert.ToDouble(bound)).ToArray();
}
