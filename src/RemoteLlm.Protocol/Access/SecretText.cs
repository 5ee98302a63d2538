using System.Security.Cryptography;

namespace RemoteLlm.Protocol.Access;

/// <summary>What API keys and connector tokens have in common: a scheme such as <c>sk-</c>, then the secret part.</summary>
internal static class SecretText
{
    public const int MinLength = 32;
    public const int MaxLength = 256;

    private const int RandomBytes = 16;
    private const int ShownDigits = 4;

    public static string Generate(string scheme)
    {
        Span<byte> random = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(random);
        return scheme + Convert.ToHexStringLower(random);
    }

    public static bool IsWellFormed(string scheme, ReadOnlySpan<char> text) =>
        text.Length is >= MinLength and <= MaxLength
        && text.StartsWith(scheme, StringComparison.Ordinal)
        && text.IndexOfAnyExceptInRange('!', '~') < 0;

    public static string Prefix(string scheme, ReadOnlySpan<char> text) => text[..Math.Min(text.Length, scheme.Length + ShownDigits)].ToString();
}
