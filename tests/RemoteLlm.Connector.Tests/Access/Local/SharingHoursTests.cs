using System.Globalization;
using RemoteLlm.Connector.Access.Local;

namespace RemoteLlm.Connector.Tests.Access.Local;

public sealed class SharingHoursTests
{
    [Theory]
    [InlineData("")]
    [InlineData("08:00")]
    [InlineData("8-20")]
    [InlineData("08:00-20:00-22:00")]
    [InlineData("08:00-25:00")]
    [InlineData("08:60-20:00")]
    [InlineData("08:00-08:00")]
    [InlineData("00:00-00:00")]
    [InlineData("24:00-08:00")]
    [InlineData("funday 08:00-20:00")]
    [InlineData("mon- 08:00-20:00")]
    [InlineData("mon-tue-wed 08:00-20:00")]
    [InlineData("mon tue 08:00-20:00")]
    [InlineData("08:00-20:00 mon")]
    public void What_is_no_span_is_refused(string text) => Assert.Null(HourSpan.Parse(text));

    // 2025-12-01 is a Monday.
    [Theory]
    [InlineData("08:00-20:00", "2025-12-01 07:59", false)]
    [InlineData("08:00-20:00", "2025-12-01 08:00", true)]
    [InlineData("8:00-20:00", "2025-12-01 19:59", true)]
    [InlineData("08:00-20:00", "2025-12-01 20:00", false)]
    [InlineData("00:00-24:00", "2025-12-01 23:59", true)]
    [InlineData("18:00-00:00", "2025-12-01 23:59", true)]
    [InlineData("18:00-00:00", "2025-12-02 00:00", false)]
    [InlineData("22:00-06:00", "2025-12-01 23:00", true)]
    [InlineData("22:00-06:00", "2025-12-02 05:59", true)]
    [InlineData("22:00-06:00", "2025-12-02 06:00", false)]
    [InlineData("mon-fri 18:00-08:00", "2025-12-05 19:00", true)]
    [InlineData("mon-fri 18:00-08:00", "2025-12-06 07:59", true)]
    [InlineData("mon-fri 18:00-08:00", "2025-12-06 19:00", false)]
    [InlineData("mon-fri 18:00-08:00", "2025-12-01 07:00", false)]
    [InlineData("SAT,sun 00:00-24:00", "2025-12-06 12:00", true)]
    [InlineData("sat,sun 00:00-24:00", "2025-12-08 00:00", false)]
    [InlineData("fri-mon 10:00-11:00", "2025-12-07 10:30", true)]
    [InlineData("fri-mon 10:00-11:00", "2025-12-02 10:30", false)]
    public void A_span_is_open_from_its_first_minute_to_before_its_last(string span, string at, bool open) => Assert.Equal(open, Hours(null, span).IsOpen(Utc(at), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("2025-12-01 19:30", "2025-12-01 20:00", "08:00-20:00")]
    [InlineData("2025-12-01 20:00", "2025-12-02 08:00", "08:00-20:00")]
    [InlineData("2025-12-05 20:00", "2025-12-08 08:00", "mon-fri 08:00-20:00")]
    [InlineData("2025-12-01 09:00", "2025-12-01 22:00", "08:00-20:00", "19:00-22:00")]
    [InlineData("2025-12-01 10:00", "2025-12-08 09:00", "mon 09:00-10:00")]
    public void The_next_change_is_that_of_all_spans_together(string after, string change, params string[] spans) =>
        Assert.Equal(Utc(change), Hours(null, spans).NextChange(Utc(after), TimeZoneInfo.Utc));

    [Fact]
    public void Hours_that_never_end_do_not_change()
    {
        Assert.Null(Hours(null, "00:00-24:00").NextChange(Utc("2025-12-01 09:00"), TimeZoneInfo.Utc));
        Assert.Null(Hours(null).NextChange(Utc("2025-12-01 09:00"), TimeZoneInfo.Utc));
    }

    [Fact]
    public void The_time_zone_of_the_file_counts_and_without_it_that_of_the_machine()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        Assert.False(Hours(null, "08:00-20:00").IsOpen(Utc("2025-12-01 07:30"), TimeZoneInfo.Utc));
        Assert.True(Hours(null, "08:00-20:00").IsOpen(Utc("2025-12-01 07:30"), berlin));
        Assert.True(Hours(berlin, "08:00-20:00").IsOpen(Utc("2025-12-01 07:30"), TimeZoneInfo.Utc));
        Assert.Equal(Utc("2025-12-01 19:00"), Hours(berlin, "08:00-20:00").NextChange(Utc("2025-12-01 07:30"), TimeZoneInfo.Utc));
    }

    // Berlin, 2026-03-29: at 02:00, 01:00 UTC, it is 03:00. 2026-10-25: at 03:00, 01:00 UTC, it is 02:00 again.
    [Theory]
    [InlineData("01:00-02:30", "2026-03-29 00:30", true, "2026-03-29 01:00")]
    [InlineData("02:30-04:00", "2026-03-29 00:30", false, "2026-03-29 01:00")]
    [InlineData("02:10-02:40", "2026-03-28 23:30", false, "2026-03-30 00:10")]
    [InlineData("22:00-06:00", "2026-03-28 21:30", true, "2026-03-29 04:00")]
    [InlineData("01:00-02:30", "2026-10-24 23:30", true, "2026-10-25 00:30")]
    [InlineData("01:00-02:30", "2026-10-25 00:45", false, "2026-10-25 01:00")]
    [InlineData("01:00-02:30", "2026-10-25 01:10", true, "2026-10-25 01:30")]
    [InlineData("22:00-06:00", "2026-10-24 20:30", true, "2026-10-25 05:00")]
    public void The_day_on_which_the_clock_is_put_forward_or_back_goes_by_the_wall(string span, string at, bool open, string change)
    {
        var hours = Hours(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), span);

        Assert.Equal(open, hours.IsOpen(Utc(at), TimeZoneInfo.Utc));
        Assert.Equal(Utc(change), hours.NextChange(Utc(at), TimeZoneInfo.Utc));
    }

    private static SharingHours Hours(TimeZoneInfo? zone, params string[] spans) => new([.. spans.Select(span => HourSpan.Parse(span)!)], zone);

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
