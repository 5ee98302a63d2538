using System.Buffers;
using System.Text;
using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Kinds.Counting;

/// <summary>Puts the tools of all dialects into the form of OpenAI's chat: Anthropic's have an <c>input_schema</c>, those of responses lie flat.</summary>
internal static class ToolList
{
    /// <summary>Writes them as JSON.</summary>
    public static string Write(JsonElement tools)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = TokenizerRequest.Writer(buffer))
        {
            writer.WriteStartArray();
            foreach (var tool in tools.EnumerateArray())
            {
                if (tool.Member("function") is null && tool.Member("name").LongText() is { } name)
                    Write(writer, name, tool);
                else
                    writer.WriteRawValue(tool.GetRawText(), skipInputValidation: true);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonElement tool)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "function");
        writer.WriteStartObject("function");
        writer.WriteString("name", name);
        if (tool.Member("description").LongText() is { } description)
            writer.WriteString("description", description);
        if ((tool.Member("input_schema") ?? tool.Member("parameters")) is { ValueKind: JsonValueKind.Object } schema)
        {
            writer.WritePropertyName("parameters");
            writer.WriteRawValue(schema.GetRawText(), skipInputValidation: true);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
