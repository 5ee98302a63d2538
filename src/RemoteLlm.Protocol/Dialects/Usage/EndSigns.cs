using RemoteLlm.Protocol.Dialects.Json;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// By what a stream says that its answer is whole, or that it has failed and said so. A server that never sends one of them has not finished.
/// An empty reason is none: some servers put <c>"finish_reason":""</c> into every event.
/// </summary>
internal static class EndSigns
{
    /// <summary>Whether a stream of this format has such a sign.</summary>
    public static bool AreIn(StreamFormat format) => format is not (StreamFormat.None or StreamFormat.OtherEvents);

    /// <summary>Whether a parse may find one.</summary>
    public static bool MayBeIn(StreamFormat format, ReadOnlySpan<byte> json) => format switch
    {
        StreamFormat.ChatEvents => MemberSearch.HasText(json, "\"finish_reason\""u8) || MemberSearch.HasSomething(json, "\"error\""u8),
        StreamFormat.ResponseEvents => HasEndType(format, json) || MemberSearch.HasSomething(json, "\"error\""u8),
        StreamFormat.MessageEvents => HasEndType(format, json) || MemberSearch.HasText(json, "\"stop_reason\""u8) || MemberSearch.HasSomething(json, "\"error\""u8),
        StreamFormat.ChatLines or StreamFormat.GenerateLines or StreamFormat.ProgressLines => MemberSearch.HasValue(json, "\"done\""u8, "true"u8)
            || MemberSearch.HasValue(json, "\"status\""u8, "\"success\""u8) || MemberSearch.HasSomething(json, "\"error\""u8),
        _ => false,
    };

    /// <summary>Whether this value of a member is one.</summary>
    public static bool IsEnd(StreamFormat format, UsageMember member, JsonToken value, JsonText text) => (member, format) switch
    {
        (UsageMember.Error, _) => value != JsonToken.Null,
        (UsageMember.Type, _) => value == JsonToken.String && IsEndType(format, text.Raw),
        (UsageMember.FinishReason, StreamFormat.ChatEvents) or (UsageMember.StopReason, StreamFormat.MessageEvents) =>
            value == JsonToken.String && !text.Raw.IsEmpty,
        (UsageMember.Done, StreamFormat.ChatLines or StreamFormat.GenerateLines or StreamFormat.ProgressLines) => value == JsonToken.True,
        (UsageMember.Status, StreamFormat.ChatLines or StreamFormat.GenerateLines or StreamFormat.ProgressLines) =>
            value == JsonToken.String && text.Raw.SequenceEqual("success"u8),
        _ => false,
    };

    /// <summary>Whether an event of this type, or of this name, is one.</summary>
    public static bool IsEndType(StreamFormat format, ReadOnlySpan<byte> type) => format switch
    {
        StreamFormat.ChatEvents => type.SequenceEqual("error"u8),
        StreamFormat.ResponseEvents => type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8)
            || type.SequenceEqual("response.failed"u8) || type.SequenceEqual("response.cancelled"u8) || type.SequenceEqual("error"u8),
        StreamFormat.MessageEvents => type.SequenceEqual("message_stop"u8) || type.SequenceEqual("error"u8),
        _ => false,
    };

    /// <summary>Whether the data of an event is the word that ends a stream of chat chunks. Some servers end their other streams with it too.</summary>
    public static bool IsDone(ReadOnlySpan<byte> data) => data.Length <= 16 && data.Trim(" \t"u8).SequenceEqual("[DONE]"u8);

    private static bool HasEndType(StreamFormat format, ReadOnlySpan<byte> json)
    {
        while (MemberSearch.TrySkipToValue(ref json, "\"type\""u8))
        {
            if (json is [(byte)'"', .. var value] && value.IndexOf((byte)'"') is var end and >= 0 && IsEndType(format, value[..end]))
                return true;
        }

        return false;
    }
}
