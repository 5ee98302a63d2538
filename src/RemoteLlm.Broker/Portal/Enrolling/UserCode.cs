using System.Security.Cryptography;

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>The code by which an operator finds an enrolment: eight letters without vowels, so that no words come out, nor letters that look alike (RFC 8628, section 6.1).</summary>
internal static class UserCode
{
    private const string Letters = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Length = 8;

    /// <summary>A new one, as it is shown: <c>WDJB-MJHT</c>.</summary>
    public static string Generate() => Shown(RandomNumberGenerator.GetString(Letters, Length));

    /// <summary>What somebody typed or a link has, in the form in which it is shown; null when it cannot be a code.</summary>
    public static string? Read(string? text)
    {
        if (text is not { Length: > 0 and <= 32 })
            return null;
        var letters = string.Concat(text.Where(char.IsAsciiLetter)).ToUpperInvariant();
        return letters.Length == Length && letters.All(Letters.Contains) && text.All(static c => char.IsAsciiLetter(c) || c is '-' or ' ') ? Shown(letters) : null;
    }

    private static string Shown(string letters) => $"{letters[..(Length / 2)]}-{letters[(Length / 2)..]}";
}
