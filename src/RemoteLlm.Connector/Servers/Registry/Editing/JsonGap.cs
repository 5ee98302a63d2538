using RemoteLlm.Connector.Servers.Registry.Json;

namespace RemoteLlm.Connector.Servers.Registry.Editing;

/// <summary>What stands between two elements, or before a closing bracket: blanks, comments and at most one comma.</summary>
internal sealed class JsonGap
{
    public JsonGap(string text, int start, int end)
    {
        var comments = JsonComment.FindAll(text[start..end]).Select(comment => comment with { Start = comment.Start + start, End = comment.End + start }).ToList();
        Comma = -1;
        for (var i = start; i < end && Comma < 0; i++)
        {
            if (text[i] == ',' && !comments.Exists(comment => comment.Start <= i && i < comment.End))
                Comma = i;
        }

        EndOfWords = start + text.AsSpan(start, end - start).TrimEnd().Length;
        if (comments is [.., var last] && last.End >= EndOfWords)
            (EndOfWords, EndsInLineComment) = (last.End, last.IsLine);
    }

    /// <summary>Where its comma is; -1 for none.</summary>
    public int Comma { get; }

    /// <summary>Behind its last comment or comma.</summary>
    public int EndOfWords { get; }

    /// <summary>Whether the last in it is a comment that goes to the end of its line.</summary>
    public bool EndsInLineComment { get; }
}
