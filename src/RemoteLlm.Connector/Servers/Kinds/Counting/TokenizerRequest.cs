using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Kinds.Counting;

/// <summary>Writes what tokenizers are asked.</summary>
internal static class TokenizerRequest
{
    /// <summary>Requests of more texts than this are not counted: each may cost a round trip.</summary>
    public const int MaxTexts = 16;

    // Other than by default, letters that are not ASCII are written as they are: a prompt in Chinese would be twice as long.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes JSON that only a tokenizer reads.</summary>
    public static Utf8JsonWriter Writer(IBufferWriter<byte> buffer) => new(buffer, s_options);

    /// <summary>An object with the members that are written.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = Writer(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The members of a conversation that a template sees.</summary>
    public static void WriteConversation(Utf8JsonWriter writer, PromptBody.Conversation conversation)
    {
        WriteRaw(writer, "messages", conversation.Messages);
        WriteRaw(writer, "tools", conversation.Tools);
        WriteRaw(writer, "chat_template_kwargs", conversation.TemplateArguments);
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, string? json)
    {
        if (json is null)
            return;
        writer.WritePropertyName(name);
        writer.WriteRawValue(json, skipInputValidation: true);
    }
}
