using System.Text;

namespace RemoteLlm.Replay.Cassettes;

/// <summary>Reads bytes that a cassette holds as text (UTF-8) or as base64.</summary>
internal static class BodyReader
{
    /// <summary>Takes whichever of the two members is there; null when neither is.</summary>
    public static byte[]? TakeBytes(YamlMembers members, string text, string base64)
    {
        if (members.Take(base64) is not { } node)
        {
            return members.Text(text) is { } plain ? Encoding.UTF8.GetBytes(plain) : null;
        }

        if (members.Take(text) is { } both)
        {
            throw members.Error(both, $"'{text}' and '{base64}' exclude each other");
        }

        try
        {
            return Convert.FromBase64String(members.TextOf(node, $"'{base64}'"));
        }
        catch (FormatException)
        {
            throw members.Error(node, $"'{base64}' is not base64");
        }
    }
}
