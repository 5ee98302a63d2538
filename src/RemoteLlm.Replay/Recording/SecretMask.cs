using System.Text;
using System.Text.RegularExpressions;

namespace RemoteLlm.Replay.Recording;

/// <summary>
/// Overwrites secrets with <c>x</c>, byte for byte, so that lengths, the bounds of chunks and the JSON around them stay as they were.
/// Works on the bytes as Latin-1: every pattern is ASCII, and UTF-8 passes untouched.
/// </summary>
internal sealed partial class SecretMask
{
    private const int ShortestSecret = 6;
    private const int MatchTimeout = 10_000;
    private const char Filler = 'x';

    private readonly string[] _known;

    /// <summary>A mask for known secrets, besides everything that looks like one.</summary>
    /// <param name="known">Values of credentials that came with the request, or that go to the target. Values under 6 characters are not looked for.</param>
    public SecretMask(IEnumerable<string> known) =>
        _known = [.. known.Where(secret => secret.Length >= ShortestSecret).Select(ToLatin1).Distinct().OrderByDescending(secret => secret.Length)];

    /// <summary>The text without its secrets, as long as before.</summary>
    public string Text(string text) => Encoding.UTF8.GetString(Bytes(Encoding.UTF8.GetBytes(text)));

    /// <summary>The bytes without their secrets, as many as before.</summary>
    public byte[] Bytes(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        foreach (var secret in _known)
        {
            text = text.Replace(secret, new string(Filler, secret.Length), StringComparison.Ordinal);
        }

        text = SecretMember().Replace(text, Cover);
        text = KnownShape().Replace(text, Cover);
        return Encoding.Latin1.GetBytes(text);
    }

    private static string ToLatin1(string secret) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(secret));

    /// <summary>Keeps what the expression calls <c>keep</c>, covers the rest.</summary>
    private static string Cover(Match match)
    {
        var kept = match.Groups["keep"].Length;
        return match.Value[..kept] + new string(Filler, match.Length - kept);
    }

    [GeneratedRegex(
        """(?<keep>"(?:""" + SecretNames.MemberPattern + """)"\s*:\s*")(?:[^"\\]|\\.)+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        MatchTimeout)]
    private static partial Regex SecretMember();

    /// <summary>OpenAI, Anthropic, OpenRouter and our own keys and tokens; organisations and projects; Google, Hugging Face, Groq, GitHub, GitLab, AWS; bearer headers; JSON web tokens.</summary>
    [GeneratedRegex(
        """
        (?<![A-Za-z0-9])(?:
          (?<keep>sk-)[A-Za-z0-9_-]{12,} | (?<keep>rlc-)[A-Za-z0-9_-]{12,} |
          (?<keep>org-)[A-Za-z0-9]{12,} | (?<keep>proj_)[A-Za-z0-9]{12,} |
          (?<keep>AIza)[A-Za-z0-9_-]{30,} | (?<keep>hf_)[A-Za-z0-9]{20,} | (?<keep>gsk_)[A-Za-z0-9]{20,} |
          (?<keep>gh[opsu]_)[A-Za-z0-9]{20,} | (?<keep>glpat-)[A-Za-z0-9_-]{16,} | (?<keep>AKIA)[A-Z0-9]{16} |
          (?<keep>Bearer\s)[A-Za-z0-9._~+/=-]{12,} |
          (?<keep>eyJ)[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+
        )
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant,
        MatchTimeout)]
    private static partial Regex KnownShape();
}
