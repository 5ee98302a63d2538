using RemoteLlm.Hosting.Files.Edited;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>The comments of a YAML text, with the number sign; they belong to the operator, and no edit of ours may lose one.</summary>
internal static class YamlComments
{
    public static List<(int Start, string Text)> Read(string text)
    {
        var comments = new List<(int Start, string Text)>();
        var scanner = new Scanner(new StringReader(text), skipComments: false);
        while (scanner.MoveNext())
        {
            if (scanner.Current is Comment comment)
            {
                var start = (int)comment.Start.Index;
                var length = text.AsSpan(start).IndexOfAny('\r', '\n');
                comments.Add((start, (length < 0 ? text[start..] : text.Substring(start, length)).TrimEnd()));
            }
        }

        return comments;
    }

    /// <summary>The comments on the lines below a node, one after the other with no more than blank lines between, as long as they stand deeper than a column.</summary>
    /// <param name="text">The text.</param>
    /// <param name="line">Where the line begins that is behind the node's last.</param>
    /// <param name="column">The column, counted from zero.</param>
    /// <returns>For each its number sign, and where the next line begins.</returns>
    public static IEnumerable<(int Start, int End)> Below(string text, int line, int column)
    {
        while (text.AsSpan(line).IndexOfAnyExcept(" \t\r\n") is >= 0 and var blank && text[line + blank] == '#')
        {
            var start = line + blank;
            if (start - TextLines.StartOf(text, start) <= column)
            {
                yield break;
            }

            line = TextLines.After(text, start);
            yield return (start, line);
        }
    }
}
