using System.Buffers;
using System.Text;
using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Kinds.Counting;

/// <summary>Puts conversations of all dialects into the one that tokenizers take: a role, a text, and OpenAI's calls of tools as they are.</summary>
internal static class ConversationReader
{
    private static readonly string[] s_calls = ["tool_calls", "tool_call_id", "name", "reasoning_content"];

    /// <summary>Reads a conversation; null when something in it is no text.</summary>
    /// <param name="root">The request.</param>
    /// <param name="messages">The array of its messages.</param>
    /// <param name="system">The member beside it that holds what the model is told first.</param>
    public static PromptBody.Conversation? Read(JsonElement root, JsonElement messages, string system)
    {
        var texts = new List<string>();
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = TokenizerRequest.Writer(buffer))
        {
            writer.WriteStartArray();
            if (root.Member(system) is { ValueKind: not JsonValueKind.Null } told && !Write(writer, "system", told, default, texts))
                return null;
            foreach (var message in messages.EnumerateArray())
            {
                // Calls of tools among the items of a response have no role; whoever made them, their text counts.
                var role = message.Member("role").Text();
                if (!Write(writer, role ?? "assistant", message.Member("content") ?? (role is null ? message : default), role is null ? default : message, texts))
                    return null;
            }

            writer.WriteEndArray();
        }

        var tools = root.Member("tools") is { ValueKind: JsonValueKind.Array } list ? ToolList.Write(list) : null;
        var arguments = root.Member("chat_template_kwargs") is { ValueKind: JsonValueKind.Object } given ? given.GetRawText() : null;
        return new PromptBody.Conversation(Encoding.UTF8.GetString(buffer.WrittenSpan), tools, arguments, texts);
    }

    private static bool Write(Utf8JsonWriter writer, string role, JsonElement content, JsonElement message, List<string> texts)
    {
        var text = new StringBuilder();
        if (!MessageText.TryAppend(text, content))
            return false;
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteString("content", text.ToString());
        foreach (var name in s_calls)
        {
            if (message.Member(name) is not { ValueKind: not JsonValueKind.Null } call)
                continue;
            writer.WritePropertyName(name);
            writer.WriteRawValue(call.GetRawText(), skipInputValidation: true);
            if (name == "tool_calls")
                text.Append(call.GetRawText());
        }

        writer.WriteEndObject();
        texts.Add(text.ToString());
        return true;
    }
}
