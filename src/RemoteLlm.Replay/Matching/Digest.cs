using System.Security.Cryptography;
using System.Text;

namespace RemoteLlm.Replay.Matching;

/// <summary>SHA-256 in the form that cassettes write: lower-case hexadecimal.</summary>
internal static class Digest
{
    /// <summary>The digest of a text in UTF-8.</summary>
    public static string OfText(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The digest of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
