namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>Names of servers in the registry.</summary>
public static class ServerName
{
    /// <summary>What a name must be, as the beginning of a sentence.</summary>
    public const string Rule = "A server's name is 1 to 64 letters, digits, dashes, underscores and dots";

    private const int Longest = 64;

    /// <summary>Whether a text can be one. Letters are ASCII's: names appear in headers, metrics and on command lines.</summary>
    public static bool IsWellFormed(string text) => text.Length is >= 1 and <= Longest && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
