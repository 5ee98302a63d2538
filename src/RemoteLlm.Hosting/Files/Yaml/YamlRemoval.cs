using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>Takes things out of a YAML text. Comments on the lines that go stay behind as lines of their own.</summary>
internal static class YamlRemoval
{
    /// <summary>Removes one item of a list; null where its place in the text is not clear.</summary>
    public static string? RemoveItem(string text, YamlSequence list, YamlNode item)
    {
        if (list.IsFlow)
        {
            return RemoveFromFlow(text, list.Items, item, node => (node.Start, node.End));
        }

        var dashColumn = list.Column - 1;
        for (var line = TextLines.StartOf(text, item.Start); line >= 0; line = line == 0 ? -1 : TextLines.StartOf(text, LineEndBefore(text, line)))
        {
            if (line + dashColumn < text.Length && text[line + dashColumn] == '-' && text.AsSpan(line, dashColumn).IndexOfAnyExcept(' ') < 0)
            {
                return RemoveLines(text, line, TextLines.After(text, item.End), dashColumn);
            }
        }

        return null;
    }

    /// <summary>Removes one name with its value from a mapping.</summary>
    public static string? RemovePair(string text, YamlMapping owner, YamlPair pair)
    {
        if (owner.IsFlow)
        {
            return RemoveFromFlow(text, owner.Pairs, pair, p => (p.Start, p.End));
        }

        var line = TextLines.StartOf(text, pair.Start);

        // Behind a dash: the dash stays, and the next name below it becomes the first.
        return text.AsSpan(line, pair.Start - line).IndexOfAnyExcept(' ') < 0
            ? RemoveLines(text, line, TextLines.After(text, pair.End), owner.Column - 1)
            : TextCut.Apply(text, new TextCut(pair.Start, pair.End, BehindDash(text, pair)));
    }

    // Comments inside what goes, such as one behind the name of a value that stands below it; and the line end that a block scalar takes with it.
    private static string BehindDash(string text, YamlPair pair)
    {
        var newLine = TextLines.NewLineOf(text);
        var kept = string.Concat(YamlComments.Read(text).Where(c => c.Start >= pair.Start && c.Start < pair.End).Select(c => c.Text + newLine));
        return kept.Length == 0 && (text[pair.End - 1] is '\r' or '\n') ? newLine : kept;
    }

    private static string RemoveLines(string text, int start, int end, int indent)
    {
        var newLine = TextLines.NewLineOf(text);
        var kept = YamlComments.Read(text).Where(c => c.Start >= start && c.Start < end).Select(c => new string(' ', indent) + c.Text + newLine);

        // Those below, where they are deeper than what goes: behind a block scalar they would become a part of its text.
        var below = YamlComments.Below(text, end, indent).Select(c => new TextCut(TextLines.StartOf(text, c.Start) + indent, c.Start, ""));
        return TextCut.Apply(text, [new TextCut(start, end, string.Concat(kept)), .. below]);
    }

    private static string? RemoveFromFlow<T>(string text, IReadOnlyList<T> all, T gone, Func<T, (int Start, int End)> span)
        where T : class
    {
        var index = all.TakeWhile(one => !ReferenceEquals(one, gone)).Count();
        var (start, end) = span(gone);
        var isLast = index == all.Count - 1;
        if (isLast && index == 0)
        {
            return TextCut.Apply(text, new TextCut(start, end, ""));
        }

        // With the comma behind it; the last one with the comma before it.
        var comma = CommaBehind(text, isLast ? span(all[index - 1]).End : end);
        return comma < 0 ? null : TextCut.Apply(text, new TextCut(start, end, ""), new TextCut(comma, comma + 1, ""));
    }

    private static int CommaBehind(string text, int end)
    {
        for (var i = end; i < text.Length; i++)
        {
            if (text[i] == ',')
            {
                return i;
            }

            if (text[i] == '#')
            {
                i = TextLines.After(text, i) - 1;
            }
        }

        return -1;
    }

    private static int LineEndBefore(string text, int line) => line >= 2 && text[line - 1] == '\n' && text[line - 2] == '\r' ? line - 2 : line - 1;
}
