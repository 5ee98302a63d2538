using System.Diagnostics.Metrics;

namespace RemoteLlm.Hosting.Metrics;

/// <summary>How measurements of an instrument add up to a metric.</summary>
internal enum MetricKind
{
    /// <summary>Goes up; measurements are increments.</summary>
    Counter,

    /// <summary>Goes up and down; measurements are increments. Exposed as a gauge.</summary>
    UpDown,

    /// <summary>A measurement replaces the one before.</summary>
    Gauge,

    /// <summary>A distribution over buckets.</summary>
    Histogram,

    /// <summary>Asked for at each scrape: the total of something that goes up.</summary>
    ObservedCounter,

    /// <summary>Asked for at each scrape: any value.</summary>
    ObservedGauge,
}

/// <summary>What follows from a <see cref="MetricKind"/>.</summary>
internal static class MetricKinds
{
    public static bool IsObserved(this MetricKind kind) => kind is MetricKind.ObservedCounter or MetricKind.ObservedGauge;

    public static bool IsCounter(this MetricKind kind) => kind is MetricKind.Counter or MetricKind.ObservedCounter;

    /// <summary>The kind of an instrument by its open generic type; null for one that .NET adds after this was written.</summary>
    public static MetricKind? Of(Instrument instrument)
    {
        var type = instrument.GetType();
        if (!type.IsGenericType) return null;
        var open = type.GetGenericTypeDefinition();
        return open switch
        {
            _ when open == typeof(Counter<>) => MetricKind.Counter,
            _ when open == typeof(UpDownCounter<>) => MetricKind.UpDown,
            _ when open == typeof(Gauge<>) => MetricKind.Gauge,
            _ when open == typeof(Histogram<>) => MetricKind.Histogram,
            _ when open == typeof(ObservableCounter<>) => MetricKind.ObservedCounter,
            _ when open == typeof(ObservableUpDownCounter<>) || open == typeof(ObservableGauge<>) => MetricKind.ObservedGauge,
            _ => null,
        };
    }
}
