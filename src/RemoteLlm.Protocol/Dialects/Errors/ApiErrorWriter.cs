using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>Writes an error body in the shape that the client's dialect expects. Always JSON, whatever went wrong.</summary>
public static class ApiErrorWriter
{
    /// <summary>The content type of every error body.</summary>
    public const string ContentType = "application/json";

    // Bodies are served as JSON with their own content type, never inlined in HTML: names such as "größe" may stay readable.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the whole body of an error response.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="dialect">The API family of the request.</param>
    /// <param name="error">What to say.</param>
    /// <param name="requestId">The request's id. OpenAI's body has no place for it (it travels as <c>x-request-id</c>); other dialects repeat it.</param>
    public static void Write(IBufferWriter<byte> output, Dialect dialect, ApiError error, string requestId)
    {
        using var json = new Utf8JsonWriter(output, Readable);
        switch (dialect)
        {
            case Dialect.OpenAi:
                json.WriteStartObject();
                WriteOpenAiMember(json, error);
                json.WriteEndObject();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(dialect), dialect, $"No error shape for request {requestId}.");
        }
    }

    /// <summary>Writes <c>{"message","type","param","code"}</c>: all four keys always, since clients read them without asking whether they exist.</summary>
    internal static void WriteOpenAiObject(IBufferWriter<byte> output, ApiError error)
    {
        using var json = new Utf8JsonWriter(output, Readable);
        WriteOpenAiValue(json, error);
    }

    private static void WriteOpenAiMember(Utf8JsonWriter json, ApiError error)
    {
        json.WritePropertyName("error"u8);
        WriteOpenAiValue(json, error);
    }

    private static void WriteOpenAiValue(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteString("message"u8, error.Message);
        json.WriteString("type"u8, error.Type);
        json.WriteString("param"u8, error.Param);
        json.WriteString("code"u8, error.Code);
        json.WriteEndObject();
    }
}
