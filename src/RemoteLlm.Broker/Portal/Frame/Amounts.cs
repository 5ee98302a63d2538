using System.Globalization;

namespace RemoteLlm.Broker.Portal.Frame;

/// <summary>Numbers for people, the same on all pages.</summary>
internal static class Amounts
{
    /// <summary>A count in few digits: <c>950</c>, <c>9,999</c>, <c>12.3k</c>, <c>124k</c>, <c>4.5M</c>.</summary>
    public static string Short(double count) => count switch
    {
        < 9_999.5 => count.ToString("#,0.##", CultureInfo.InvariantCulture),
        < 999_500 => (count / 1e3).ToString(count < 99_950 ? "0.#" : "0", CultureInfo.InvariantCulture) + "k",
        < 999_500_000 => (count / 1e6).ToString(count < 99_950_000 ? "0.#" : "0", CultureInfo.InvariantCulture) + "M",
        _ => (count / 1e9).ToString("0.#", CultureInfo.InvariantCulture) + "G",
    };

    /// <summary>US dollars; parts of a cent only where there is no whole dollar.</summary>
    public static string Dollars(decimal cost) => "$" + cost.ToString(cost is 0 or >= 1 ? "#,0.00" : "0.00##", CultureInfo.InvariantCulture);
}
