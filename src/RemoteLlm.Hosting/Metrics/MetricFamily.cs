using System.Diagnostics.Metrics;

namespace RemoteLlm.Hosting.Metrics;

/// <summary>All series of one exposed name. Instruments of several meters that share a name share it.</summary>
internal sealed class MetricFamily
{
    public MetricFamily(Instrument instrument, MetricKind kind, MetricsOptions options)
    {
        Name = NameOf(instrument);
        Kind = kind;
        Unit = PrometheusNames.UnitWord(instrument.Unit);
        Help = instrument.Description ?? "";
        var bounds = kind == MetricKind.Histogram ? HistogramBuckets.For(instrument, options) : [];
        var accumulates = kind is MetricKind.Counter or MetricKind.UpDown;
        Series = new SeriesTable(
            options.SeriesPerMetric,
            kind == MetricKind.Histogram ? labels => new HistogramSeries(labels, bounds) : labels => new ScalarSeries(labels, accumulates));
    }

    /// <summary>Without <c>_total</c>.</summary>
    public string Name { get; }

    public MetricKind Kind { get; }

    /// <summary>The word that ends the name; null for none.</summary>
    public string? Unit { get; }

    public string Help { get; }

    public SeriesTable Series { get; }

    public static string NameOf(Instrument instrument) => PrometheusNames.Metric(instrument.Name, instrument.Unit);
}
