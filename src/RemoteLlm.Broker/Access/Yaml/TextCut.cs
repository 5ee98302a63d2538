using System.Text;

namespace RemoteLlm.Broker.Access.Yaml;

/// <summary>Replaces <c>text[Start..End]</c>; an insertion where the two are equal.</summary>
internal readonly record struct TextCut(int Start, int End, string Replacement)
{
    /// <summary>Makes all cuts, which must not overlap, at positions of the text as it was before.</summary>
    public static string Apply(string text, params ReadOnlySpan<TextCut> cuts)
    {
        var ordered = cuts.ToArray();
        Array.Sort(ordered, static (a, b) => a.Start.CompareTo(b.Start));
        var result = new StringBuilder(text.Length + 256);
        var done = 0;
        foreach (var cut in ordered)
        {
            result.Append(text, done, cut.Start - done).Append(cut.Replacement);
            done = cut.End;
        }

        return result.Append(text, done, text.Length - done).ToString();
    }
}
