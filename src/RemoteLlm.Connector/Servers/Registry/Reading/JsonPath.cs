using System.Text.RegularExpressions;

namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>Names places in a JSON text for people: <c>servers[2].aliases["gpt-4o"]</c>.</summary>
internal static partial class JsonPath
{
    private const int LongestName = 40;

    public static string Member(string path, string name)
    {
        if (PlainName().IsMatch(name))
            return path.Length == 0 ? name : $"{path}.{name}";
        var shown = string.Concat(name.Take(LongestName).Select(c => char.IsControl(c) ? ' ' : c));
        return $"{path}[\"{shown}{(name.Length > LongestName ? "..." : "")}\"]";
    }

    [GeneratedRegex("^[A-Za-z_$][A-Za-z0-9_]{0,39}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainName();
}
