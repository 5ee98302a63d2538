using System.Globalization;
using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Usage;

/// <summary>Figures as people read them.</summary>
internal static class UsageWords
{
    private const string None = "–";

    /// <summary>A count in full: <c>12,345</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>US dollars; a dash where nobody named a price.</summary>
    public static string Money(decimal cost) => cost switch
    {
        0 => None,
        < 0.0001m => "< $0.0001",
        _ => Amounts.Dollars(cost),
    };

    /// <summary>A time in ms.</summary>
    public static string Time(double? milliseconds) => milliseconds switch
    {
        null => None,
        < 1000 => milliseconds.Value.ToString("0", CultureInfo.InvariantCulture) + " ms",
        _ => (milliseconds.Value / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " s",
    };

    /// <summary>A day: <c>30 Nov</c>.</summary>
    public static string Day(DateOnly day) => day.ToString("d MMM", CultureInfo.InvariantCulture);

    /// <summary>A part of a whole as an attribute of SVG: <c>12.5%</c>.</summary>
    public static string Percent(double part, double whole) => (whole <= 0 ? 0 : 100 * part / whole).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
