using System.Text.Json;

namespace RemoteLlm.Connector.Servers;

/// <summary>
/// Reads what a server says of itself, and believes none of its types: a member that is missing, of another type or half of a surrogate pair is null.
/// Nothing here throws.
/// </summary>
internal static class ServerJson
{
    private const int MaxText = 512;

    /// <summary>A member of an object; null when there is none, or when this is no object.</summary>
    public static JsonElement? Member(this JsonElement from, string name)
    {
        try
        {
            return from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in some member's name.
            return null;
        }
    }

    /// <inheritdoc cref="Member(JsonElement, string)"/>
    public static JsonElement? Member(this JsonElement? from, string name) => from is { } element ? element.Member(name) : null;

    /// <summary>A member deeper inside.</summary>
    public static JsonElement? Member(this JsonElement? from, string outer, string inner) => from.Member(outer).Member(inner);

    /// <summary>A text of 1 to 512 characters without control characters.</summary>
    public static string? Text(this JsonElement? value) => value.LongText() is { Length: > 0 and <= MaxText } text && !text.Any(char.IsControl) ? text : null;

    /// <summary>A text of any length.</summary>
    public static string? LongText(this JsonElement? value)
    {
        try
        {
            return value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    /// <summary>A number that is whole, also if it is written as 4096.0.</summary>
    public static long? Whole(this JsonElement? value)
    {
        if (value is not { ValueKind: JsonValueKind.Number } number)
            return null;
        if (number.TryGetInt64(out var whole))
            return whole;
        return number.TryGetDecimal(out var fraction) && fraction == decimal.Truncate(fraction) && fraction is > long.MinValue and < long.MaxValue ? (long)fraction : null;
    }

    /// <summary>A number of tokens, requests or the like: at least 1, and few enough to be meant.</summary>
    public static int? Count(this JsonElement? value) => value.Whole() is > 0 and <= 1_000_000_000 and var count ? (int)count : null;

    /// <summary>True or false.</summary>
    public static bool? Flag(this JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The elements of an array, at most <see cref="ModelListing.MaxModels"/>; none when this is no array.</summary>
    public static IEnumerable<JsonElement> Elements(this JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Take(ModelListing.MaxModels) : [];

    /// <summary>Whether an array holds the text.</summary>
    public static bool Holds(this JsonElement? value, string text) => value.Elements().Any(element => ((JsonElement?)element).Text() == text);
}
