using System.Security.Cryptography;
using System.Text;

namespace RemoteLlm.Broker.Portal.Security.Keys;

/// <summary>
/// The key, made of the session secret, under which the framework's own keys lie in <c>dp-keys/</c>: HKDF-SHA256 (RFC 5869), then AES-256-GCM with a nonce of chance. Whoever has the folder without
/// the secret can forge no login.
/// </summary>
internal sealed class SessionKey
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] _key;

    /// <summary>The key of a secret.</summary>
    /// <param name="secret">The session secret, 32 characters or more.</param>
    public SessionKey(string secret) => _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), outputLength: 32, salt: [], info: "remotellm data protection keys"u8.ToArray());

    /// <summary>Nonce, tag and cipher text in Base64.</summary>
    public string Seal(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedBytes = new byte[NonceSize + TagSize + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceSize + TagSize), sealedBytes.AsSpan(NonceSize, TagSize));
        return Convert.ToBase64String(sealedBytes);
    }

    /// <summary>What was sealed; null when it was not with this secret, or was tampered with.</summary>
    public string? Open(string text)
    {
        try
        {
            var sealedBytes = Convert.FromBase64String(text);
            if (sealedBytes.Length < NonceSize + TagSize)
                return null;
            var plain = new byte[sealedBytes.Length - NonceSize - TagSize];
            using var aes = new AesGcm(_key, TagSize);
            aes.Decrypt(sealedBytes.AsSpan(0, NonceSize), sealedBytes.AsSpan(NonceSize + TagSize), sealedBytes.AsSpan(NonceSize, TagSize), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
