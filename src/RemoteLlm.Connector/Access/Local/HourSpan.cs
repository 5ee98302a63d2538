using System.Globalization;

namespace RemoteLlm.Connector.Access.Local;

/// <summary>A span of the day on some days of the week, by the clock on the wall.</summary>
/// <param name="Text">As its owner wrote it.</param>
/// <param name="Days">The days on which it begins, one bit each; bit 0 is Sunday.</param>
/// <param name="From">The minute of the day at which it begins, 0 to 1439.</param>
/// <param name="To">The minute at which it ends, 1 to 1440; at most <paramref name="From"/> for one that ends on the next day.</param>
internal sealed record HourSpan(string Text, int Days, int From, int To)
{
    private const int MinutesOfDay = 24 * 60;
    private const int EveryDay = 0x7f;

    private static readonly string[] s_days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Reads <c>08:00-20:00</c>, <c>mon-fri 18:00-08:00</c> or <c>sat,sun 00:00-24:00</c>; null for anything else.</summary>
    public static HourSpan? Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length is 0 or > 2 || parts[^1].Split('-') is not [var from, var to])
            return null;
        var days = parts.Length == 1 ? EveryDay : ReadDays(parts[0]);
        // That it begins at 24:00 or has no length is a slip, and which way it was meant nobody can tell.
        return days is { } known && Minute(from) is { } begin and < MinutesOfDay && Minute(to) is { } end && begin != end && (end > 0 || begin > 0)
            ? new HourSpan(text.Trim(), known, begin, end == 0 ? MinutesOfDay : end)
            : null;
    }

    /// <summary>Whether a moment of the wall's clock lies in it. Its first minute does, its last one does not.</summary>
    public bool Has(DateTime local)
    {
        var minute = local.Hour * 60 + local.Minute;
        return From < To
            ? On(local.DayOfWeek) && minute >= From && minute < To
            : (On(local.DayOfWeek) && minute >= From) || (On(local.AddDays(-1).DayOfWeek) && minute < To);
    }

    private bool On(DayOfWeek day) => (Days >> (int)day & 1) != 0;

    private static int? ReadDays(string text)
    {
        var days = 0;
        foreach (var item in text.ToLowerInvariant().Split(','))
        {
            var ends = item.Split('-');
            var (first, last) = (Array.IndexOf(s_days, ends[0]), Array.IndexOf(s_days, ends[^1]));
            if (ends.Length > 2 || first < 0 || last < 0)
                return null;
            for (var day = first; ; day = (day + 1) % 7)
            {
                days |= 1 << day;
                if (day == last)
                    break;
            }
        }

        return days;
    }

    private static int? Minute(string text) =>
        text == "24:00" ? MinutesOfDay
        : TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.Hour * 60 + time.Minute
        : null;
}
