namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>The members by which a stream event carries a piece of the answer, and quick searches for members that spare most events a parse.</summary>
internal static class ContentSigns
{
    /// <summary>Whether a member of this name carries text of the answer: chat, completion, reasoning (two spellings), tool call.</summary>
    public static bool IsContentName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("content"u8) || name.SequenceEqual("text"u8) || name.SequenceEqual("reasoning_content"u8)
        || name.SequenceEqual("reasoning"u8) || name.SequenceEqual("arguments"u8);

    /// <summary>Whether the event's JSON has such a member with some text in it. Inside of strings quotes are escaped, so what a model writes does not count.</summary>
    public static bool HasContent(ReadOnlySpan<byte> json) =>
        HasText(json, "\"content\""u8) || HasText(json, "\"text\""u8) || HasText(json, "\"reasoning_content\""u8)
        || HasText(json, "\"reasoning\""u8) || HasText(json, "\"arguments\""u8);

    /// <summary>Whether a parse may find usage: an object of that name, where some servers send null with every event.</summary>
    public static bool MayHaveUsage(ReadOnlySpan<byte> json) => HasObject(json, "\"usage\""u8) || HasObject(json, "\"timings\""u8);

    private static bool HasText(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        while (TrySkipToValue(ref json, name))
        {
            if (json is [(byte)'"', not (byte)'"', ..])
                return true;
        }

        return false;
    }

    private static bool HasObject(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        while (TrySkipToValue(ref json, name))
        {
            if (json is [(byte)'{', ..])
                return true;
        }

        return false;
    }

    private static bool TrySkipToValue(ref ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        while (json.IndexOf(name) is var at and >= 0)
        {
            json = json[(at + name.Length)..].TrimStart((byte)' ');
            if (json is [(byte)':', ..])
            {
                json = json[1..].TrimStart((byte)' ');
                return true;
            }
        }

        return false;
    }
}
