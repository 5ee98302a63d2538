using System.Globalization;

namespace RemoteLlm.Protocol.Dialects.Json;

/// <summary>How far into a number, by the grammar of RFC 8259 section 6.</summary>
internal enum JsonNumberState : byte
{
    Minus,
    Zero,
    Integer,
    Point,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,

    /// <summary>The byte does not continue the number.</summary>
    End,
}

/// <summary>The transitions between the states of a number, and its value.</summary>
internal static class JsonNumber
{
    /// <summary>The state after the first byte, a minus or a digit.</summary>
    public static JsonNumberState Begin(byte first) => first switch
    {
        (byte)'-' => JsonNumberState.Minus,
        (byte)'0' => JsonNumberState.Zero,
        _ => JsonNumberState.Integer,
    };

    /// <summary>The state after one more byte.</summary>
    public static JsonNumberState Next(JsonNumberState state, byte next)
    {
        if (char.IsAsciiDigit((char)next))
        {
            return state switch
            {
                JsonNumberState.Minus => Begin(next),
                JsonNumberState.Zero => JsonNumberState.End,
                JsonNumberState.Integer => JsonNumberState.Integer,
                JsonNumberState.Point or JsonNumberState.Fraction => JsonNumberState.Fraction,
                _ => JsonNumberState.ExponentDigits,
            };
        }

        return (next, state) switch
        {
            ((byte)'.', JsonNumberState.Zero or JsonNumberState.Integer) => JsonNumberState.Point,
            ((byte)'e' or (byte)'E', JsonNumberState.Zero or JsonNumberState.Integer or JsonNumberState.Fraction) => JsonNumberState.Exponent,
            ((byte)'+' or (byte)'-', JsonNumberState.Exponent) => JsonNumberState.ExponentSign,
            _ => JsonNumberState.End,
        };
    }

    /// <summary>Whether a number may end here.</summary>
    public static bool IsComplete(JsonNumberState state) =>
        state is JsonNumberState.Zero or JsonNumberState.Integer or JsonNumberState.Fraction or JsonNumberState.ExponentDigits;

    /// <summary>The value of a number's text, rounded; beyond what a double can hold an infinity of its sign.</summary>
    public static double ToDouble(ReadOnlySpan<byte> number) => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
}
