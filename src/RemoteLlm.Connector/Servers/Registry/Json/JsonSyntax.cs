using System.Text;
using System.Text.Json;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry.Json;

/// <summary>Says what is wrong with a text that is not JSON. The reader's own words are not used: they quote what stands there, which may be a key.</summary>
internal static class JsonSyntax
{
    public static FileProblem Explain(string file, string text, byte[] bytes, JsonException fault)
    {
        var offset = Offset(bytes, (int)(fault.LineNumber ?? 0), (int)(fault.BytePositionInLine ?? 0));
        var at = new TextCursor(text, bytes).To(offset);
        return new FileProblem(file, at.Line, at.Column, Message(text, at.At));
    }

    private static int Offset(byte[] bytes, int line, int byteInLine)
    {
        var start = 0;
        for (; line > 0 && bytes.AsSpan(start).IndexOf((byte)'\n') is var end and >= 0; line--)
            start += end + 1;
        var offset = Math.Min(start + byteInLine, bytes.Length);

        // Not into the middle of a character.
        while (offset > 0 && offset < bytes.Length && (bytes[offset] & 0xC0) == 0x80)
            offset--;
        return offset;
    }

    private static string Message(string text, int at)
    {
        if (text.AsSpan(at).IsWhiteSpace())
            return "The file ends too early: a closing } or ] or a quote is missing. An empty file is written {\"servers\": []}.";
        var before = text.AsSpan(0, at).TrimEnd();
        return text[at] switch
        {
            '\'' or '\u2018' or '\u201c' or '\u201d' => "This is not JSON: texts and names stand in double quotes (\").",
            '"' or '{' or '[' when before is [.., '"' or '}' or ']' or (>= '0' and <= '9') or 'e' or 'l'] => "A comma is missing before this.",
            ',' when before is [.., ',' or '{' or '['] => "There is a comma too many here.",
            '}' or ']' => "This bracket closes nothing, or something is missing before it.",
            '\n' or '\r' => "A text or value ends here without its end: close its quote (\"), and write a line break in it as \\n.",
            _ when Rune.IsLetter(Rune.TryGetRuneAt(text, at, out var rune) ? rune : Rune.ReplacementChar) => "This is not JSON: names and texts stand in double quotes; without them are only numbers, true, false and null.",
            _ => "This is not JSON; look for a missing comma, colon, quote or bracket just before it.",
        };
    }
}
