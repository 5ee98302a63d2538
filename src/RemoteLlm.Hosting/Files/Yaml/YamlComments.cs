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
}
