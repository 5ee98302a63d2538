using System.Text;
using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Kinds.Counting;

/// <summary>The text in a message's content, whichever dialect it is in.</summary>
internal static class MessageText
{
    /// <summary>Appends it; false when there is something that is no text.</summary>
    public static bool TryAppend(StringBuilder text, JsonElement content)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return true;
            case JsonValueKind.String:
                return Append(text, content);
            case JsonValueKind.Array:
                foreach (var part in content.EnumerateArray())
                {
                    if (!TryAppendPart(text, part))
                        return false;
                }

                return true;
            case JsonValueKind.Object:
                return TryAppendPart(text, content);
            default:
                return false;
        }
    }

    // Parts of OpenAI's chat (text, refusal), its responses (input_text, output_text, function_call, function_call_output) and Anthropic's messages (text, tool_use, tool_result, thinking).
    private static bool TryAppendPart(StringBuilder text, JsonElement part)
    {
        if (part.ValueKind == JsonValueKind.String)
            return Append(text, part);
        switch (part.Member("type").Text())
        {
            case "text" or "input_text" or "output_text":
                return Append(text, part.Member("text"));
            case "refusal":
                return Append(text, part.Member("refusal"));
            case "tool_use":
                return Append(text, part.Member("name")) && AppendJson(text, part.Member("input"));
            case "tool_result":
                return part.Member("content") is not { } result || TryAppend(text, result);
            case "function_call":
                return Append(text, part.Member("name")) && Append(text, part.Member("arguments"));
            case "function_call_output":
                return part.Member("output") is { } output && TryAppend(text, output);

            // Templates leave out what the model thought in earlier turns.
            case "thinking" or "redacted_thinking" or "reasoning":
                return true;
            default:
                return false;
        }
    }

    private static bool Append(StringBuilder text, JsonElement? value)
    {
        if (value.LongText() is not { } known)
            return false;
        text.Append(known);
        return true;
    }

    private static bool AppendJson(StringBuilder text, JsonElement? value)
    {
        text.Append(value?.GetRawText());
        return true;
    }
}
