using System.Globalization;

namespace RemoteLlm.Broker.Portal.Frame;

/// <summary>Durations in words for people: three digits that matter at most.</summary>
internal static class Durations
{
    /// <summary>Such as <c>0.42 s</c>, <c>8.3 s</c>, <c>4 min 12 s</c>, <c>3 h 5 min</c>, <c>12 days</c>.</summary>
    public static string Text(TimeSpan span)
    {
        FormattableString text = span.TotalSeconds switch
        {
            < 0.0005 => $"under 1 ms",
            < 0.1 => $"{span.TotalMilliseconds:0} ms",
            < 1 => $"{span.TotalSeconds:0.00} s",
            < 10 => $"{span.TotalSeconds:0.0} s",
            < 60 => $"{span.TotalSeconds:0} s",
            < 3600 => $"{(int)span.TotalMinutes} min {span.Seconds} s",
            < 86_400 => $"{(int)span.TotalHours} h {span.Minutes} min",
            < 172_800 => $"1 day {span.Hours} h",
            _ => $"{(int)span.TotalDays} days",
        };
        return text.ToString(CultureInfo.InvariantCulture);
    }
}
