using System.Globalization;

namespace RemoteLlm.Cli.Options;

/// <summary>A moment as people say it: a day, a month or a time (UTC), or so long ago.</summary>
/// <param name="Ago">How long ago; null where it is a date.</param>
/// <param name="First">Where it begins.</param>
/// <param name="Last">Where it ends, not included.</param>
internal sealed record Moment(TimeSpan? Ago, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>The forms, for help and complaints.</summary>
    public const string Forms = "2026-11-30, 2026-11, 2026-11-30T08:00Z, 7d, 24h or 90m";

    private const int MaxAgo = 100 * 366;

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It has none of the forms.</exception>
    public static Moment Parse(string text)
    {
        if (Exactly(text, "yyyy-MM-dd") is { } day)
            return new Moment(null, day, day.AddDays(1));
        if (Exactly(text, "yyyy-MM") is { } month)
            return new Moment(null, month, month.AddMonths(1));
        foreach (var form in new[] { "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'" })
        {
            if (Exactly(text, form) is { } time)
                return new Moment(null, time, time);
        }

        return Back(text) is { } ago ? new Moment(ago, default, default) : throw new FormatException($"expected {Forms}");
    }

    /// <summary>As a start: of a day its first moment.</summary>
    public DateTimeOffset Start(DateTimeOffset now) => Ago is { } ago ? now - ago : First;

    /// <summary>As an end: of a day the moment after it.</summary>
    public DateTimeOffset End(DateTimeOffset now) => Ago is { } ago ? now - ago : Last;

    private static DateTimeOffset? Exactly(string text, string form) =>
        DateTimeOffset.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year is > 1970 and < 9999 ? time : null;

    private static TimeSpan? Back(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > MaxAgo)
            return null;
        return text[^1] switch
        {
            'd' => TimeSpan.FromDays(count),
            'h' => TimeSpan.FromHours(count),
            'm' => TimeSpan.FromMinutes(count),
            _ => null,
        };
    }
}
