namespace RemoteLlm.Protocol.Access;

/// <summary>The form of the keys that clients send. A key is shown once and kept only as its <see cref="Hash"/>.</summary>
public static class ApiKey
{
    /// <summary>How every key begins.</summary>
    public const string Scheme = "sk-";

    /// <summary>Shortest key that an operator may type, in characters with the scheme.</summary>
    public const int MinLength = SecretText.MinLength;

    /// <summary>Longest key, in characters with the scheme; what is longer is not even hashed.</summary>
    public const int MaxLength = SecretText.MaxLength;

    /// <summary>A new key: <c>sk-</c> and 32 hex digits, 128 bits from the system's secure generator.</summary>
    public static string Generate() => SecretText.Generate(Scheme);

    /// <summary>
    /// Whether the text can be a key at all: begins with <c>sk-</c>, is 32 to 256 characters long, all of them printable ASCII without blanks.
    /// Keys that operators type need not be hex.
    /// </summary>
    public static bool IsWellFormed(ReadOnlySpan<char> key) => SecretText.IsWellFormed(Scheme, key);

    /// <summary>The first seven characters (<c>sk-a1b2</c>), by which people recognise a key.</summary>
    public static string Prefix(ReadOnlySpan<char> key) => SecretText.Prefix(Scheme, key);

    /// <summary>SHA-256 of the whole key. A plain hash is enough for 128 random bits, and is looked up in microseconds.</summary>
    public static KeyDigest Hash(ReadOnlySpan<char> key) => KeyDigest.Of(key);
}
