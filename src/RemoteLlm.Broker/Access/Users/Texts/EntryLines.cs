using System.Text.RegularExpressions;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;

namespace RemoteLlm.Broker.Access.Users.Texts;

/// <summary>
/// Where the entries of a <c>users.yaml</c> have lines of their own. Then each run of entries is a file by itself, under a heading, and means in the whole file what it means there.
/// </summary>
/// <remarks>
/// Why: when the reader of YAML comes to a dash of the list it stands at the beginning of a line, in no bracket, quote or block text, with nothing but the root's names and the list around it, and knows
/// nothing of what was before (anchors and tags are refused). So what follows means what it would mean after any other entry, and after the heading alone. Whether it ends so that the next dash is one
/// again is what reading it with one more entry behind it shows (<see cref="Alone"/>).
/// </remarks>
/// <param name="dash">The column of the dashes, from 0.</param>
/// <param name="newLine">The file's line end.</param>
internal sealed partial class EntryLines(int dash, string newLine)
{
    // With the file's own line end: whoever inserts lines writes them as the first one is.
    private readonly string _heading = "users:" + newLine;
    private readonly string _next = new string(' ', dash) + "- end: here" + newLine;

    /// <summary>How many characters are before the entries of <see cref="Alone"/>.</summary>
    public int HeadingLength => _heading.Length;

    /// <summary>Where the entries of a file begin, and where the last of them ends; null when they have no lines of their own.</summary>
    public static (EntryLines Lines, int[] Starts, int End)? Of(string text, YamlMapping root)
    {
        if (root is not { IsFlow: false, Column: 1 } || root.Find("users")?.Value is not YamlSequence { IsFlow: false, Items.Count: > 0 } list || Strange().IsMatch(text))
            return null;
        var lines = new EntryLines(list.Column - 1, TextLines.NewLineOf(text));
        if (lines.StartsOf(text, list.Items) is not { } starts)
            return null;

        // What is below the last one, up to the next name of the root, is its own, as it is with the others.
        var end = TextLines.After(text, list.Items[^1].End);
        int blank;
        while ((blank = text.AsSpan(end).IndexOfAnyExcept(" \t\r\n")) >= 0 && text[end + blank] == '#')
            end = TextLines.After(text, end + blank + 1);
        end = blank < 0 ? text.Length : TextLines.StartOf(text, end + blank);
        return (lines, starts, end);
    }

    /// <summary>Entries as a file of their own.</summary>
    /// <param name="entries">Their lines.</param>
    /// <param name="withNext">With one more entry behind them, of nobody.</param>
    public string Alone(ReadOnlySpan<char> entries, bool withNext) => string.Concat(_heading, entries, withNext ? _next : "");

    /// <summary>Reads lines as entries; null unless they are whole ones, whatever entry is behind them.</summary>
    public (IReadOnlyList<YamlNode> Items, int[] Starts)? Read(string entries)
    {
        if (!IsDash(entries, 0) || entries[^1] is not ('\r' or '\n') || Strange().IsMatch(entries))
            return null;
        var alone = Alone(entries, withNext: true);
        if (YamlTree.Read(UsersFile.Name, alone).Root is not { Pairs: [{ Value: YamlSequence { IsFlow: false } list }] } || list.Column - 1 != dash)
            return null;
        if (StartsOf(alone, list.Items) is not { } starts || starts[^1] != alone.Length - _next.Length)
            return null;
        return ([.. list.Items.Take(starts.Length - 1)], [.. starts.Take(starts.Length - 1).Select(start => start - _heading.Length)]);
    }

    // Whether an entry begins with the line that begins here.
    private bool IsDash(string text, int line) =>
        line + dash + 1 < text.Length && text[line + dash] == '-' && text[line + dash + 1] is ' ' or '\t' or '\r' or '\n' && text.AsSpan(line, dash).IndexOfAnyExcept(' ') < 0;

    private int[]? StartsOf(string text, IReadOnlyList<YamlNode> items)
    {
        var starts = new int[items.Count];
        for (var i = 0; i < starts.Length; i++)
        {
            var start = starts[i] = TextLines.StartOf(text, items[i].Start);
            if (start + dash >= items[i].Start || !IsDash(text, start) || (i > 0 && start <= starts[i - 1]))
                return null;
        }

        return starts;
    }

    [GeneratedRegex(@"[\0\u0085\u2028\u2029]|[\s,\[\]{}]:", RegexOptions.NonBacktracking)]
    private static partial Regex Strange();
}
