using System.Globalization;

namespace RemoteLlm.Broker.Portal.Usage;

/// <summary>Figures as people read them.</summary>
internal static class UsageWords
{
    private const string None = "–";

    /// <summary>A count in full: <c>12,345</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count in short: <c>950</c>, <c>12.3k</c>, <c>4.5M</c>.</summary>
    public static string Short(double count) => count switch
    {
        < 1000 => count.ToString("0.#", CultureInfo.InvariantCulture),
        < 999_500 => (count / 1000).ToString(count < 99_950 ? "0.#" : "0", CultureInfo.InvariantCulture) + "k",
        < 999_500_000 => (count / 1_000_000).ToString(count < 99_950_000 ? "0.#" : "0", CultureInfo.InvariantCulture) + "M",
        _ => (count / 1_000_000_000).ToString("0.#", CultureInfo.InvariantCulture) + "G",
    };

    /// <summary>US dollars; a dash where nobody named a price.</summary>
    public static string Money(decimal cost) => cost switch
    {
        0 => None,
        < 0.01m => "< $0.01",
        _ => "$" + cost.ToString("N2", CultureInfo.InvariantCulture),
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
