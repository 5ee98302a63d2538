using Microsoft.Net.Http.Headers;

namespace RemoteLlm.Hosting.Metrics;

/// <summary>The text formats that monitors read.</summary>
public enum MetricsFormat
{
    /// <summary>Prometheus text format 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.</summary>
    OpenMetrics,
}

/// <summary>Chooses a format by what a request accepts.</summary>
public static class MetricsFormats
{
    private const string OpenMetricsType = "application/openmetrics-text";

    /// <summary>The media type to answer with.</summary>
    public static string ContentType(this MetricsFormat format) => format == MetricsFormat.OpenMetrics
        ? $"{OpenMetricsType}; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>OpenMetrics where it is asked for by name and nothing else of ours is preferred; the Prometheus format otherwise.</summary>
    public static MetricsFormat Negotiate(IList<string> accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges)) return MetricsFormat.Prometheus;
        var open = ranges.Where(IsOpenMetrics).Max(Quality);
        var plain = ranges.Where(range => range.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase)).Max(Quality);
        return open > 0 && open >= (plain ?? 0) ? MetricsFormat.OpenMetrics : MetricsFormat.Prometheus;
    }

    private static bool IsOpenMetrics(MediaTypeHeaderValue range) =>
        range.MediaType.Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase)
        && range.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase)) is var version
        && (version is null || version.GetUnescapedValue().Equals("1.0.0", StringComparison.Ordinal));

    private static double? Quality(MediaTypeHeaderValue range) => range.Quality ?? 1;
}
