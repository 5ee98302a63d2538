using System.Text;

namespace RemoteLlm.Hosting.Metrics;

/// <summary>
/// Names of instruments and tags in the alphabet of Prometheus, by the rules of the OpenTelemetry compatibility specification
/// (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/).
/// </summary>
internal static class PrometheusNames
{
    /// <summary>The name without <c>_total</c>: <c>http.server.request.duration</c> in <c>s</c> is <c>http_server_request_duration_seconds</c>.</summary>
    public static string Metric(string instrument, string? unit)
    {
        var name = Sanitise(instrument, colon: true);
        if (name.EndsWith("_total", StringComparison.Ordinal)) name = name[..^"_total".Length];
        var suffix = UnitWord(unit);
        return suffix is null || name.EndsWith("_" + suffix, StringComparison.Ordinal) ? name : $"{name}_{suffix}";
    }

    public static string Label(string tag)
    {
        var name = Sanitise(tag, colon: false);
        // 'le' belongs to histograms, two leading underscores to Prometheus itself, 'overflow' to the series over the limit.
        return name is "le" or "overflow" || name.StartsWith("__", StringComparison.Ordinal) ? "exported_" + name.TrimStart('_') : name;
    }

    /// <summary>The word of a UCUM unit; null for counts, ratios and annotations such as <c>{request}</c>.</summary>
    public static string? UnitWord(string? unit) => unit switch
    {
        null or "" or "1" => null,
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "min" => "minutes",
        "h" => "hours",
        "d" => "days",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "%" => "percent",
        "Cel" => "celsius",
        "W" => "watts",
        "J" => "joules",
        _ when unit[0] == '{' => null,
        _ => Sanitise(unit, colon: false).Trim('_'),
    };

    private static string Sanitise(string text, bool colon)
    {
        var name = new StringBuilder(text.Length + 1);
        foreach (var c in text)
        {
            var allowed = char.IsAsciiLetterOrDigit(c) || (colon && c == ':') ? c : '_';
            // One underscore for a run of foreign characters; a run at the very start is kept for Label to judge.
            if (allowed == '_' && name.Length > 1 && name[^1] == '_') continue;
            name.Append(allowed);
        }

        if (name.Length == 0 || char.IsAsciiDigit(name[0])) name.Insert(0, '_');
        return name.ToString();
    }
}
