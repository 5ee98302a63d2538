namespace RemoteLlm.Connector.Access.Local;

/// <summary>When sharing is open, by the clock on the wall of one time zone.</summary>
/// <param name="Spans">The spans in which it is open; none = never.</param>
/// <param name="Zone">The time zone; null for that of the machine.</param>
internal sealed record SharingHours(IReadOnlyList<HourSpan> Spans, TimeZoneInfo? Zone)
{
    // The spans repeat every week; a day more, since one of them may fall into the hour that is left out in spring.
    private const int MinutesAhead = 8 * 24 * 60;

    /// <summary>Whether it is open at a moment.</summary>
    public bool IsOpen(DateTimeOffset at, TimeZoneInfo local)
    {
        var wall = TimeZoneInfo.ConvertTime(at, Zone ?? local).DateTime;
        for (var i = 0; i < Spans.Count; i++)
        {
            if (Spans[i].Has(wall))
                return true;
        }

        return false;
    }

    /// <summary>When it is next otherwise than at a moment; null = not within a week, so never.</summary>
    /// <remarks>
    /// It looks at each minute to come: that is a millisecond or two, needed once a minute at most, and it is right on the days when the clock is put forward or back, on which a span's
    /// end can be missing, or come twice.
    /// </remarks>
    public DateTimeOffset? NextChange(DateTimeOffset after, TimeZoneInfo local)
    {
        var open = IsOpen(after, local);
        var minute = new DateTimeOffset(after.UtcTicks - after.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
        for (var i = 0; i < MinutesAhead; i++)
        {
            minute = minute.AddMinutes(1);
            if (IsOpen(minute, local) != open)
                return minute;
        }

        return null;
    }
}
