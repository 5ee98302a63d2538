using System.Globalization;
using System.Text;

namespace RemoteLlm.Hosting.Metrics;

/// <summary>Labels as both text formats write them.</summary>
internal static class LabelText
{
    /// <summary>
    /// <c>name="value"</c> pairs by name, values escaped. Tags without a value are left out; where two names become one by sanitising, their
    /// values are joined by a semicolon, as the OpenTelemetry specification has it.
    /// </summary>
    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            if (ValueText(value) is not { Length: > 0 } text) continue;
            var name = PrometheusNames.Label(key);
            labels[name] = labels.TryGetValue(name, out var other) ? $"{other};{text}" : text;
        }

        return string.Join(',', labels.Select(label => $"{label.Key}=\"{Escape(label.Value)}\""));
    }

    private static string? ValueText(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };

    private static string Escape(string value)
    {
        if (value.AsSpan().IndexOfAny('\\', '"', '\n') < 0) return value;
        return new StringBuilder(value).Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").ToString();
    }
}
