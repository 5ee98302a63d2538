using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>How an error is told inside of a stream whose status has long been 200.</summary>
/// <remarks>
/// Chat and completions: an object with <c>error</c>, which OpenAI's libraries raise. Responses: OpenAI's <c>error</c> event (type, code, message, param at the top level),
/// with the same <c>error</c> member, since its libraries raise only that. Anthropic: <c>event: error</c>. Ollama: a line with <c>error</c>.
/// </remarks>
public static class StreamErrors
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether errors are events with a name, not just data.</summary>
    public static bool HasEventName(StreamFormat format) => format is StreamFormat.ResponseEvents or StreamFormat.MessageEvents;

    /// <summary>Writes a whole frame with the error. The stream must stand between two frames.</summary>
    public static void Write(IBufferWriter<byte> output, StreamFormat format, ApiError error)
    {
        var members = Members(format, error);
        var lines = format is StreamFormat.ChatLines or StreamFormat.GenerateLines or StreamFormat.ProgressLines;
        output.Write(lines ? "{"u8 : HasEventName(format) ? "event: error\ndata: {"u8 : "data: {"u8);
        output.Write(members);
        output.Write(lines ? "}\n"u8 : "}\n\n"u8);
    }

    /// <summary>The members that make an error of a JSON object, without its braces.</summary>
    internal static ReadOnlySpan<byte> Members(StreamFormat format, ApiError error)
    {
        var members = new ArrayBufferWriter<byte>(512);
        switch (format)
        {
            case StreamFormat.MessageEvents:
                members.Write("\"type\":\"error\",\"error\":"u8);
                ApiErrorWriter.WriteAnthropicObject(members, error);
                break;
            case StreamFormat.ResponseEvents:
                members.Write("\"type\":\"error\",\"code\":"u8);
                WriteString(members, error.Code);
                members.Write(",\"message\":"u8);
                WriteString(members, error.Message);
                members.Write(",\"param\":"u8);
                WriteString(members, error.Param);
                members.Write(",\"error\":"u8);
                ApiErrorWriter.WriteOpenAiObject(members, error);
                break;
            case StreamFormat.ChatLines or StreamFormat.GenerateLines or StreamFormat.ProgressLines:
                members.Write("\"error\":"u8);
                WriteString(members, error.Message);
                break;
            default:
                members.Write("\"error\":"u8);
                ApiErrorWriter.WriteOpenAiObject(members, error);
                break;
        }

        return members.WrittenSpan;
    }

    private static void WriteString(IBufferWriter<byte> output, string? text)
    {
        using var json = new Utf8JsonWriter(output, Readable);
        json.WriteStringValue(text);
    }
}
