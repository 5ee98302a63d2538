using System.Text;

namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>Replaces <c>text[Start..End]</c>; an insertion where the two are equal.</summary>
/// <param name="Start">The first character that goes.</param>
/// <param name="End">The first character behind it that stays.</param>
/// <param name="Replacement">What comes in its place.</param>
public readonly record struct TextCut(int Start, int End, string Replacement)
{
    /// <summary>Makes all cuts, which must not overlap, at positions of the text as it was before. Insertions at one place keep their order.</summary>
    public static string Apply(string text, params ReadOnlySpan<TextCut> cuts)
    {
        var ordered = cuts.ToArray().OrderBy(cut => cut.Start);
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
