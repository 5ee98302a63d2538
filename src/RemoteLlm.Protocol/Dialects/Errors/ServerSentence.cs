using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>Makes a sentence of an LLM server fit to leave the house: bounded, one line, printable, without addresses of the local network.</summary>
internal static class ServerSentence
{
    /// <summary>The longest sentence, in UTF-16 units.</summary>
    public const int MaxLength = 1_000;

    private const string Masked = "the LLM server";

    // Not backtracking: linear in the text, which comes from elsewhere. The words stay: Go's, Python's and Node's words before the bare name of a host that
    // cannot be reached. The last may be an IPv6 address; a parser knows.
    private static readonly Regex Addresses = new(
        """
        (https?|wss?)://[^\s"'<>`,;)\]}]+
        |(?<words>(dial\ (tcp|udp)|lookup|connect\ to\ host|ENOTFOUND|ECONNREFUSED|EAI_AGAIN)\ |host=['"])[\w.\-]+(:[0-9]+)?
        |\[[0-9a-f:.]+(%\w+)?\](:\d+)?
        |\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d+)?
        |(?<six>[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*)
        |localhost(:\d+)?
        |[\w\-]+(\.[\w\-]+)*\.(local|localdomain|lan|home|internal|intranet|corp|private|home\.arpa)\b(:\d+)?
        """,
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace);

    /// <summary>The sentence, made fit.</summary>
    public static string Clean(string text)
    {
        // Some to spare, since a mask may be shorter than what it hides.
        var line = OneLine(text.AsSpan(0, Math.Min(text.Length, 4 * MaxLength)));
        return Cut(Addresses.Replace(line, match => Mask(match, line)));
    }

    private static string Mask(Match match, string line)
    {
        if (!match.Groups["six"].Success)
            return match.Groups["words"].Value + Masked;
        var insideWord = match.Index > 0 && (char.IsLetterOrDigit(line[match.Index - 1]) || line[match.Index - 1] == '_');
        return !insideWord && IPAddress.TryParse(match.Value, out _) ? Masked : match.Value;
    }

    private static string OneLine(ReadOnlySpan<char> text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (Rune.IsWhiteSpace(rune) || category is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                if (line.Length > 0 && line[^1] != ' ')
                    line.Append(' ');
            }
            else if (category is not (UnicodeCategory.Control or UnicodeCategory.Format) && rune != Rune.ReplacementChar)
            {
                line.Append(rune.ToString());
            }
        }

        return line.ToString().TrimEnd();
    }

    private static string Cut(string line)
    {
        if (line.Length <= MaxLength)
            return line;
        var length = MaxLength - 1;
        return string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[length - 1]) ? length - 1 : length), "…");
    }
}
