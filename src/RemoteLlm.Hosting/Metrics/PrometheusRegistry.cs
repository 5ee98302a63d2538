using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Numerics;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Hosting.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>
/// Adds up what the instruments of one host measure, and writes it as text for a monitor. Only meters made by the host's own
/// <see cref="IMeterFactory"/> are heard: two halves in one process do not mix.
/// </summary>
public sealed partial class PrometheusRegistry : IDisposable
{
    private readonly IMeterFactory _meters;
    private readonly MetricsOptions _options;
    private readonly ILogger<PrometheusRegistry> _logger;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();

    /// <summary>Listens from now on.</summary>
    public PrometheusRegistry(IMeterFactory meters, MetricsOptions options, ILogger<PrometheusRegistry> logger)
    {
        (_meters, _options, _logger) = (meters, options, logger);
        _listener.InstrumentPublished = (instrument, _) => Adopt(instrument);
        Take<byte>();
        Take<short>();
        Take<int>();
        Take<long>();
        Take<float>();
        Take<double>();
        Take<decimal>();
        _listener.Start();
    }

    /// <summary>Everything as of now. One call at a time; others wait.</summary>
    public string Write(MetricsFormat format)
    {
        lock (_writing)
        {
            Observe();
            var text = new PrometheusText(format);
            foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)) text.Add(family);
            return text.End();
        }
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => _listener.Dispose();

    private void Adopt(Instrument instrument)
    {
        if (!ReferenceEquals(instrument.Meter.Scope, _meters) || !instrument.Meter.Name.StartsWith(_options.MeterPrefix, StringComparison.Ordinal)) return;
        if (MetricKinds.Of(instrument) is not { } kind) return;

        var family = _families.GetOrAdd(MetricFamily.NameOf(instrument), _ => new MetricFamily(instrument, kind, _options));
        if (family.Kind == kind) _listener.EnableMeasurementEvents(instrument, family);
        else NameTaken(_logger, instrument.Meter.Name, instrument.Name, family.Name, family.Kind);
    }

    private void Take<T>()
        where T : struct, INumberBase<T> =>
        _listener.SetMeasurementEventCallback<T>(static (_, measurement, tags, family) => Record(double.CreateSaturating(measurement), tags, family));

    private static void Record(double measurement, ReadOnlySpan<Tag> tags, object? family) =>
        ((MetricFamily)family!).Series.Find(tags).Record(measurement);

    /// <summary>What is observed has only the series of this moment: those of the last scrape may be gone.</summary>
    private void Observe()
    {
        foreach (var family in _families.Values.Where(family => family.Kind.IsObserved())) family.Series.Clear();
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException e)
        {
            NotObserved(_logger, e);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Instrument {Instrument} of {Meter} is not exposed: {Name} is a {Kind} already")]
    private static partial void NameTaken(ILogger logger, string meter, string instrument, string name, MetricKind kind);

    [LoggerMessage(2, LogLevel.Warning, "Some metrics are missing from this scrape, because they could not be observed")]
    private static partial void NotObserved(ILogger logger, Exception exception);
}
