namespace RemoteLlm.Connector.Servers.Registry.Json;

/// <summary>A comment in a JSON text.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">The first character behind it; of a <c>//</c> comment the line end.</param>
/// <param name="IsLine">Whether it goes to the end of its line.</param>
/// <param name="IsOpen">Whether the text ends before it.</param>
internal readonly record struct JsonComment(int Start, int End, bool IsLine, bool IsOpen)
{
    /// <summary>The same text with blanks in the place of comments, line for line and character for character.</summary>
    public static string Blank(string text)
    {
        var blank = text.ToCharArray();
        foreach (var comment in FindAll(text))
        {
            for (var i = comment.Start; i < comment.End; i++)
                blank[i] = blank[i] is '\r' or '\n' ? blank[i] : ' ';
        }

        return new string(blank);
    }

    /// <summary>The comments of a text, which need not be good JSON.</summary>
    public static IReadOnlyList<JsonComment> FindAll(string text)
    {
        var found = new List<JsonComment>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                i = EndOfString(text, i);
            }
            else if (text.AsSpan(i).StartsWith("//"))
            {
                found.Add(new JsonComment(i, EndOfLine(text, i), IsLine: true, IsOpen: false));
                i = found[^1].End - 1;
            }
            else if (text.AsSpan(i).StartsWith("/*"))
            {
                var end = text.IndexOf("*/", i + 2, StringComparison.Ordinal);
                found.Add(new JsonComment(i, end < 0 ? text.Length : end + 2, IsLine: false, IsOpen: end < 0));
                i = found[^1].End - 1;
            }
        }

        return found;
    }

    private static int EndOfString(string text, int quote)
    {
        var i = quote + 1;

        // A string that does not end in its line is a fault, which shall not hide the comments behind it.
        while (i < text.Length && text[i] is not ('"' or '\r' or '\n'))
            i += text[i] == '\\' ? 2 : 1;
        return i;
    }

    private static int EndOfLine(string text, int start)
    {
        var length = text.AsSpan(start).IndexOfAny('\r', '\n');
        return length < 0 ? text.Length : start + length;
    }
}
