using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>Writes single values so that they are read back as the same text.</summary>
internal static partial class YamlText
{
    /// <summary>Plain where that is safe beyond doubt (a word that YAML takes for nothing else), otherwise in double quotes.</summary>
    public static string Write(string value) => SafeWord().IsMatch(value) && !Reserved().IsMatch(value) ? value : Quote(value);

    /// <summary>In UTC, to the second: <c>2025-11-30T10:00:00Z</c>.</summary>
    public static string WriteTime(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' => text.Append($"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.\-]*$", RegexOptions.NonBacktracking)]
    private static partial Regex SafeWord();

    // What YAML 1.1 or 1.2 reads as something else than text.
    [GeneratedRegex(@"^(true|false|yes|no|on|off|y|n|null)$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Reserved();
}
