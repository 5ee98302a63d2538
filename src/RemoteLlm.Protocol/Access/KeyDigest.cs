using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace RemoteLlm.Protocol.Access;

/// <summary>
/// A SHA-256: of an API key, a connector token or a derived credential. Thirty-two bytes by value, so that it serves as a dictionary key
/// without an allocation.
/// </summary>
/// <remarks>
/// Equality always reads all 32 bytes and takes the same time whether and wherever they differ. The digest of an API key is itself
/// sensitive (derived credentials are made from it), therefore <see cref="ToString"/> shortens; <see cref="ToHex"/> and <see cref="Format"/> do not.
/// </remarks>
[JsonConverter(typeof(KeyDigestJsonConverter))]
public readonly struct KeyDigest : IEquatable<KeyDigest>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private const string Scheme = "sha256:";

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Takes 32 bytes that are a SHA-256 already.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public KeyDigest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A digest has {Size} bytes.", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>SHA-256 of <paramref name="data"/>.</summary>
    public static KeyDigest Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(data, hash);
        return new KeyDigest(hash);
    }

    /// <summary>SHA-256 of the UTF-8 bytes of <paramref name="text"/>.</summary>
    public static KeyDigest Of(ReadOnlySpan<char> text)
    {
        const int OnStack = 1024;
        var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        var utf8 = longest <= OnStack ? stackalloc byte[OnStack] : new byte[longest];
        var length = Encoding.UTF8.GetBytes(text, utf8);
        var digest = Of(utf8[..length]);
        CryptographicOperations.ZeroMemory(utf8[..length]);
        return digest;
    }

    /// <summary>Reads the text form <c>sha256:</c> and 64 hex digits of either case, as files have it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out KeyDigest digest)
    {
        digest = default;
        return text.StartsWith(Scheme, StringComparison.Ordinal) && TryParseHex(text[Scheme.Length..], out digest);
    }

    /// <summary>Reads 64 hex digits of either case.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> hex, out KeyDigest digest)
    {
        digest = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (hex.Length != Size * 2 || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        digest = new KeyDigest(bytes);
        return true;
    }

    /// <summary>The text form, <c>sha256:</c> and 64 lowercase hex digits.</summary>
    public string Format() => Scheme + ToHex();

    /// <summary>64 lowercase hex digits.</summary>
    public string ToHex()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">At least 32 bytes long.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The first eight digits, enough to tell entries apart in a log and useless as a credential.</summary>
    public override string ToString() => $"{Scheme}{_a >> 32:x8}...";

    /// <summary>Compares in constant time.</summary>
    public bool Equals(KeyDigest other) => ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KeyDigest other && Equals(other);

    /// <summary>Bits of the digest as they are: a SHA-256 is spread evenly already.</summary>
    public override int GetHashCode() => (int)_d;

    /// <summary>Compares in constant time.</summary>
    public static bool operator ==(KeyDigest left, KeyDigest right) => left.Equals(right);

    /// <summary>Compares in constant time.</summary>
    public static bool operator !=(KeyDigest left, KeyDigest right) => !left.Equals(right);
}
