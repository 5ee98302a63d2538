using System.Text;

namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>Makes text that a client sent fit to be repeated in a message: bounded, one line, printable.</summary>
internal static class ClientText
{
    /// <summary>The longest text, in UTF-16 units, that is repeated in full.</summary>
    public const int MaxLength = 100;

    /// <summary>The text in single quotes; control and unpaired characters become <c>?</c>, a long text ends in <c>…</c>.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(Math.Min(text.Length, MaxLength) + 3).Append('\'');
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, MaxLength)).EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.IsControl(rune) || IsLineSeparator(rune))
                quoted.Append('?');
            else
                quoted.Append(rune.ToString());
        }

        if (text.Length > MaxLength)
            quoted.Append('…');
        return quoted.Append('\'').ToString();
    }

    private static bool IsLineSeparator(Rune rune) => rune.Value is 0x2028 or 0x2029;
}
