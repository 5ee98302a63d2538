namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>Where lines begin and end in a text whose line ends may be of any kind.</summary>
public static class TextLines
{
    /// <summary>The kind of line end that the text uses; a line feed where it has none.</summary>
    public static string NewLineOf(string text)
    {
        var at = text.AsSpan().IndexOfAny('\r', '\n');
        return at < 0 || text[at] == '\n' ? "\n" : at + 1 < text.Length && text[at + 1] == '\n' ? "\r\n" : "\r";
    }

    /// <summary>Where the line begins in which a position is.</summary>
    public static int StartOf(string text, int index) => text.AsSpan(0, index).LastIndexOfAny('\r', '\n') + 1;

    /// <summary>The position after the line in which a node that ends at <paramref name="end"/> has its last character.</summary>
    public static int After(string text, int end)
    {
        // A block scalar ends behind its line end already.
        if (end > 0 && text[end - 1] is '\r' or '\n')
        {
            return end;
        }

        var at = text.AsSpan(end).IndexOfAny('\r', '\n');
        if (at < 0)
        {
            return text.Length;
        }

        at += end;
        return text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? at + 2 : at + 1;
    }

    /// <summary>Inserts whole lines at a line's beginning, or at the end of a text whose last line has no end.</summary>
    public static TextCut Insert(string text, int at, string lines) =>
        new(at, at, at > 0 && text[at - 1] is not ('\r' or '\n') ? NewLineOf(text) + lines : lines);
}
