using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace RemoteLlm.Protocol.Access;

/// <summary>
/// What stands for an API key between broker and one connector: HMAC-SHA256 (RFC 2104) with the SHA-256 of the key as its secret and the connector's id
/// as its message. A connector can recognise it, and cannot spend it anywhere else.
/// </summary>
public static class DerivedCredential
{
    /// <summary>Length in bytes.</summary>
    public const int Size = HMACSHA256.HashSizeInBytes;

    /// <summary>Length of the wire form, in hex digits.</summary>
    public const int WireLength = Size * 2;

    private static readonly SearchValues<char> s_lowercaseHex = SearchValues.Create("0123456789abcdef");

    /// <summary>The credential of one key at one connector: 32 bytes, as secret as the key.</summary>
    /// <param name="apiKeyHash"><see cref="ApiKey.Hash"/> of the key.</param>
    /// <param name="connectorId">The connector's id; its UTF-8 bytes are signed.</param>
    public static byte[] Derive(KeyDigest apiKeyHash, string connectorId)
    {
        Span<byte> secret = stackalloc byte[KeyDigest.Size];
        apiKeyHash.CopyTo(secret);
        var credential = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(connectorId));
        CryptographicOperations.ZeroMemory(secret);
        return credential;
    }

    /// <summary>SHA-256 of a credential: what the roster lists, so that the roster alone lets nobody in.</summary>
    public static KeyDigest Fingerprint(ReadOnlySpan<byte> credential) => KeyDigest.Of(credential);

    /// <summary>The fingerprint that a key has at one connector; <see cref="Derive"/> and <see cref="Fingerprint"/> in one step.</summary>
    public static KeyDigest FingerprintOf(KeyDigest apiKeyHash, string connectorId) => Fingerprint(Derive(apiKeyHash, connectorId));

    /// <summary>The wire form: 64 lowercase hex digits.</summary>
    public static string Format(ReadOnlySpan<byte> credential) => Convert.ToHexStringLower(credential);

    /// <summary>Reads the wire form; false unless it is exactly 64 lowercase hex digits.</summary>
    /// <param name="text">The text of the header.</param>
    /// <param name="credential">Takes the bytes; at least 32 long.</param>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> credential) =>
        text.Length == WireLength
        && !text.ContainsAnyExcept(s_lowercaseHex)
        && Convert.FromHexString(text, credential, out _, out _) == OperationStatus.Done;
}
