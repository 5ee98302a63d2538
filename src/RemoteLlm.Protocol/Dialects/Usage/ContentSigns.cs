using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>The members by which a stream event carries a piece of the answer: text, reasoning, a refusal, the arguments of a tool call.</summary>
internal static class ContentSigns
{
    /// <summary>
    /// How many containers such a member may have around it. Anthropic's and the Responses API's events are flat, and what is deeper in them repeats what has come.
    /// </summary>
    public static int DeepestIn(StreamFormat format) => format switch
    {
        // choices[] > delta > tool_calls[] > function > arguments
        StreamFormat.ChatEvents => 8,
        StreamFormat.ResponseEvents or StreamFormat.OtherEvents => 1,
        StreamFormat.MessageEvents => 2,

        // message > tool_calls[] > function > arguments
        StreamFormat.ChatLines or StreamFormat.GenerateLines => 6,
        _ => 0,
    };

    /// <summary>Whether a member of this name carries a piece of the answer.</summary>
    public static bool IsContentName(StreamFormat format, ReadOnlySpan<byte> name) => format switch
    {
        StreamFormat.ChatEvents => name.SequenceEqual("content"u8) || name.SequenceEqual("text"u8) || name.SequenceEqual("reasoning_content"u8)
            || name.SequenceEqual("reasoning"u8) || name.SequenceEqual("refusal"u8) || name.SequenceEqual("arguments"u8),
        StreamFormat.ResponseEvents or StreamFormat.OtherEvents => name.SequenceEqual("delta"u8),
        StreamFormat.MessageEvents => name.SequenceEqual("text"u8) || name.SequenceEqual("thinking"u8) || name.SequenceEqual("partial_json"u8),
        StreamFormat.ChatLines or StreamFormat.GenerateLines => name.SequenceEqual("content"u8) || name.SequenceEqual("response"u8)
            || name.SequenceEqual("thinking"u8) || name.SequenceEqual("arguments"u8),
        _ => false,
    };

    /// <summary>Whether the event's JSON has such a member with something in it.</summary>
    public static bool HasContent(StreamFormat format, ReadOnlySpan<byte> json) => format switch
    {
        StreamFormat.ChatEvents => MemberSearch.HasText(json, "\"content\""u8) || MemberSearch.HasText(json, "\"text\""u8)
            || MemberSearch.HasText(json, "\"reasoning_content\""u8) || MemberSearch.HasText(json, "\"reasoning\""u8)
            || MemberSearch.HasText(json, "\"refusal\""u8) || HasArguments(json),
        StreamFormat.ResponseEvents or StreamFormat.OtherEvents => json.IndexOf(".delta\""u8) >= 0 && MemberSearch.HasText(json, "\"delta\""u8),
        StreamFormat.MessageEvents => json.IndexOf("\"content_block_delta\""u8) >= 0
            && (MemberSearch.HasText(json, "\"text\""u8) || MemberSearch.HasText(json, "\"thinking\""u8) || MemberSearch.HasText(json, "\"partial_json\""u8)),
        StreamFormat.ChatLines or StreamFormat.GenerateLines => MemberSearch.HasText(json, "\"content\""u8) || MemberSearch.HasText(json, "\"response\""u8)
            || MemberSearch.HasText(json, "\"thinking\""u8) || HasArguments(json),
        _ => false,
    };

    // A string in pieces with OpenAI, a whole object with Ollama.
    private static bool HasArguments(ReadOnlySpan<byte> json) =>
        MemberSearch.HasText(json, "\"arguments\""u8) || MemberSearch.HasFilledObject(json, "\"arguments\""u8);
}
