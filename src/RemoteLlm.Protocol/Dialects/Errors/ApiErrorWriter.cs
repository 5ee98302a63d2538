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

    /// <summary>The HTTP status of an error: the same in every dialect, but that Anthropic says 529 where others say 503.</summary>
    public static int StatusOf(Dialect dialect, ApiError error) => dialect == Dialect.Anthropic && error.Status == 503 ? 529 : error.Status;

    /// <summary>Writes the whole body of an error response.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="dialect">The API family of the request.</param>
    /// <param name="error">What to say.</param>
    /// <param name="requestId">The request's id. OpenAI's body has no place for it (it travels as <c>x-request-id</c>); Anthropic's repeats it.</param>
    public static void Write(IBufferWriter<byte> output, Dialect dialect, ApiError error, string requestId)
    {
        using var json = new Utf8JsonWriter(output, Readable);
        json.WriteStartObject();
        switch (dialect)
        {
            case Dialect.OpenAi:
                json.WritePropertyName("error"u8);
                WriteOpenAiValue(json, error);
                break;
            case Dialect.Anthropic:
                json.WriteString("type"u8, "error"u8);
                json.WritePropertyName("error"u8);
                WriteAnthropicValue(json, error);
                json.WriteString("request_id"u8, requestId);
                break;
            case Dialect.Ollama:
                json.WriteString("error"u8, error.Message);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(dialect), dialect, $"No error shape for request {requestId}.");
        }

        json.WriteEndObject();
    }

    /// <summary>Writes <c>{"message","type","param","code"}</c>: all four keys always, since clients read them without asking whether they exist.</summary>
    internal static void WriteOpenAiObject(IBufferWriter<byte> output, ApiError error)
    {
        using var json = new Utf8JsonWriter(output, Readable);
        WriteOpenAiValue(json, error);
    }

    /// <summary>Writes <c>{"type","message"}</c>, as Anthropic's stream events and bodies have it.</summary>
    internal static void WriteAnthropicObject(IBufferWriter<byte> output, ApiError error)
    {
        using var json = new Utf8JsonWriter(output, Readable);
        WriteAnthropicValue(json, error);
    }

    /// <summary>Writes the message as a JSON string, which is all that Ollama's errors have.</summary>
    internal static void WriteMessage(IBufferWriter<byte> output, ApiError error)
    {
        using var json = new Utf8JsonWriter(output, Readable);
        json.WriteStringValue(error.Message);
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

    private static void WriteAnthropicValue(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, AnthropicType(error.Status));
        json.WriteString("message"u8, error.Message);
        json.WriteEndObject();
    }

    // Source: Anthropic's API reference, "Errors". What it has no word for is the request's fault below 500 and the API's from there.
    private static ReadOnlySpan<byte> AnthropicType(int status) => status switch
    {
        401 => "authentication_error"u8,
        403 => "permission_error"u8,
        404 => "not_found_error"u8,
        413 => "request_too_large"u8,
        429 => "rate_limit_error"u8,
        503 or 529 => "overloaded_error"u8,
        504 => "timeout_error"u8,
        < 500 => "invalid_request_error"u8,
        _ => "api_error"u8,
    };
}
