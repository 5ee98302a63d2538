using System.Globalization;

namespace RemoteLlm.Hosting.Logging;

/// <summary>Shows text on one line of a terminal, whatever is in it.</summary>
internal static class PrintableText
{
    /// <summary>
    /// Writes the text with what would break a line, steer a terminal or reorder what is shown (categories Cc, Cf, Zl and Zp)
    /// as <c>\u</c> escapes; line feed, carriage return and tab by their short names.
    /// </summary>
    public static void Write(ReadOnlySpan<char> text, TextWriter output)
    {
        while (!text.IsEmpty)
        {
            var plain = 0;
            while (plain < text.Length && IsPlain(text[plain])) plain++;
            output.Write(text[..plain]);
            if (plain < text.Length) WriteEscaped(text[plain++], output);
            text = text[plain..];
        }
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~'
        || (c > '\u009f' && char.GetUnicodeCategory(c) is not (UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format));

    private static void WriteEscaped(char c, TextWriter output)
    {
        switch (c)
        {
            case '\n':
                output.Write("\\n");
                break;
            case '\r':
                output.Write("\\r");
                break;
            case '\t':
                output.Write("\\t");
                break;
            default:
                output.Write("\\u");
                output.Write(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                break;
        }
    }
}
