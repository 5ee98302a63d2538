using System.Globalization;
using System.Text;

namespace RemoteLlm.Hosting.Metrics;

/// <summary>
/// Writes families in one of the two text formats (https://prometheus.io/docs/instrumenting/exposition_formats/ and
/// https://prometheus.io/docs/specs/om/open_metrics_spec/). They differ in where <c>_total</c> belongs, in units and in the end mark.
/// </summary>
internal sealed class PrometheusText(MetricsFormat format)
{
    private readonly StringBuilder _text = new(16 * 1024);

    public void Add(MetricFamily family)
    {
        var series = family.Series.All();
        if (series.Count == 0) return;
        var sample = family.Kind.IsCounter() ? family.Name + "_total" : family.Name;
        AddHead(family, format == MetricsFormat.OpenMetrics ? family.Name : sample);
        foreach (var one in series)
        {
            if (one is HistogramSeries histogram) AddHistogram(family.Name, histogram);
            else AddSample(sample, one.Labels, NumberText(((ScalarSeries)one).Value));
        }
    }

    public string End()
    {
        if (format == MetricsFormat.OpenMetrics) _text.Append("# EOF\n");
        return _text.ToString();
    }

    private void AddHead(MetricFamily family, string name)
    {
        if (family.Help.Length > 0) _text.Append("# HELP ").Append(name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(family.Kind switch
        {
            MetricKind.Histogram => "histogram",
            var kind when kind.IsCounter() => "counter",
            _ => "gauge",
        }).Append('\n');
        if (format == MetricsFormat.OpenMetrics && family.Unit is not null) _text.Append("# UNIT ").Append(name).Append(' ').Append(family.Unit).Append('\n');
    }

    private void AddHistogram(string name, HistogramSeries histogram)
    {
        var cumulative = 0L;
        for (var bucket = 0; bucket <= histogram.Bounds.Length; bucket++)
        {
            cumulative += histogram.CountIn(bucket);
            var bound = bucket < histogram.Bounds.Length ? BoundText(histogram.Bounds[bucket]) : "+Inf";
            var separator = histogram.Labels.Length > 0 ? "," : "";
            AddSample(name + "_bucket", $"{histogram.Labels}{separator}le=\"{bound}\"", NumberText(cumulative));
        }

        AddSample(name + "_sum", histogram.Labels, NumberText(histogram.Sum));
        AddSample(name + "_count", histogram.Labels, NumberText(cumulative));
    }

    private void AddSample(string name, string labels, string value)
    {
        _text.Append(name);
        if (labels.Length > 0) _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(value).Append('\n');
    }

    private string EscapeHelp(string help)
    {
        var escaped = help.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings("\\n");
        return format == MetricsFormat.OpenMetrics ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string NumberText(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>With a decimal point in both formats, so that a bound is the same label whichever is scraped.</summary>
    private static string BoundText(double bound)
    {
        var text = NumberText(bound);
        return text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 ? text + ".0" : text;
    }
}
