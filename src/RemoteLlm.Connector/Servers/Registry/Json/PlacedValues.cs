using System.Globalization;

namespace RemoteLlm.Connector.Servers.Registry.Json;

/// <summary>What values mean; null where they are of another type.</summary>
internal static class PlacedValues
{
    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>A text of one line that is not empty and has at most so many characters.</summary>
    public static string? AsOneLine(this PlacedJson value, int longest) =>
        value.IsString && value.Text.Length > 0 && value.Text.Length <= longest && !string.IsNullOrWhiteSpace(value.Text) && !value.Text.Any(char.IsControl) ? value.Text : null;

    /// <summary>A number of at most 28 digits.</summary>
    public static decimal? AsDecimal(this PlacedJson value) =>
        value.IsNumber && decimal.TryParse(value.Text, Styles, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A number without a fraction, however it is written: 3, 3.0 and 3e0 are the same in JSON.</summary>
    public static long? AsWhole(this PlacedJson value) =>
        value.AsDecimal() is { } number && decimal.IsInteger(number) && number >= long.MinValue && number <= long.MaxValue ? (long)number : null;
}
