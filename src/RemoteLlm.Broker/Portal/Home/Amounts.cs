using System.Globalization;

namespace RemoteLlm.Broker.Portal.Home;

/// <summary>Numbers for people.</summary>
internal static class Amounts
{
    /// <summary>A count in few digits: <c>950</c>, <c>12.4 k</c>, <c>3.1 M</c>.</summary>
    public static string Short(double count) => count switch
    {
        >= 999_950_000 => (count / 1e9).ToString("0.#", CultureInfo.InvariantCulture) + " G",
        >= 999_950 => (count / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + " M",
        >= 10_000 => (count / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " k",
        _ => count.ToString("#,0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>US dollars; parts of a cent only where there is no whole dollar.</summary>
    public static string Dollars(decimal cost) => "$" + cost.ToString(cost is 0 or >= 1 ? "#,0.00" : "0.00##", CultureInfo.InvariantCulture);
}
