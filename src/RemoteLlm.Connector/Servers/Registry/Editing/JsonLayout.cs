using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry.Editing;

/// <summary>How a JSON text is laid out, so that what is added looks like the rest.</summary>
/// <param name="Text">The text.</param>
internal sealed record JsonLayout(string Text)
{
    /// <summary>Its kind of line end.</summary>
    public string NewLine { get; } = TextLines.NewLineOf(Text);

    /// <summary>One step of indentation: that of the first line that has one, four blanks at most.</summary>
    public string Unit { get; } = FirstIndent(Text);

    /// <summary>The blanks at the beginning of a position's line.</summary>
    public string IndentAt(int position)
    {
        var start = TextLines.StartOf(Text, position);
        var length = Text.AsSpan(start).IndexOfAnyExcept(' ', '\t');
        return Text.Substring(start, Math.Max(0, length));
    }

    /// <summary>Whether nothing but blanks stands before a position in its line.</summary>
    public bool IsFirstInLine(int position)
    {
        var start = TextLines.StartOf(Text, position);
        return Text.AsSpan(start, position - start).IndexOfAnyExcept(' ', '\t') < 0;
    }

    private static string FirstIndent(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var length = line.IndexOfAnyExcept(' ', '\t');
            if (length > 0 && line[length] is not ('/' or '*'))
                return line[0] == '\t' ? "\t" : new string(' ', Math.Min(length, 4));
        }

        return "  ";
    }
}
