namespace RemoteLlm.Protocol.Access;

/// <summary>The form of the tokens by which connectors sign in at the broker. Shown once and kept only as its <see cref="Hash"/>.</summary>
public static class ConnectorToken
{
    /// <summary>How every token begins.</summary>
    public const string Scheme = "rlc-";

    /// <summary>Shortest token, in characters with the scheme.</summary>
    public const int MinLength = SecretText.MinLength;

    /// <summary>Longest token, in characters with the scheme.</summary>
    public const int MaxLength = SecretText.MaxLength;

    /// <summary>A new token: <c>rlc-</c> and 32 hex digits, 128 bits from the system's secure generator.</summary>
    public static string Generate() => SecretText.Generate(Scheme);

    /// <summary>Whether the text can be a token at all: begins with <c>rlc-</c>, 32 to 256 characters, all printable ASCII without blanks.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> token) => SecretText.IsWellFormed(Scheme, token);

    /// <summary>The first eight characters (<c>rlc-a1b2</c>), by which people recognise a token.</summary>
    public static string Prefix(ReadOnlySpan<char> token) => SecretText.Prefix(Scheme, token);

    /// <summary>SHA-256 of the whole token.</summary>
    public static KeyDigest Hash(ReadOnlySpan<char> token) => KeyDigest.Of(token);
}
