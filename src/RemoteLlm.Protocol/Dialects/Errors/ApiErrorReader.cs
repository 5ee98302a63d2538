using System.Text.Json;

namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>Reads an error that an LLM server gave in its dialect's own shape, so that it can be told again inside of a stream.</summary>
public static class ApiErrorReader
{
    /// <summary>The error with the server's own words; null when the body is none of the dialect's.</summary>
    /// <param name="dialect">The API family of the request.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="body">The whole body.</param>
    public static ApiError? Read(Dialect dialect, int status, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("error", out var error))
                return null;
            if (error.ValueKind == JsonValueKind.String)
                return dialect == Dialect.Ollama ? new ApiError(status, ApiErrorTypes.Server, "upstream_error", error.GetString()!) : null;
            if (error.ValueKind != JsonValueKind.Object || Text(error, "message") is not { } message)
                return null;
            return new ApiError(status, Text(error, "type") ?? ApiErrorTypes.Server, Text(error, "code") ?? "upstream_error", message) { Param = Text(error, "param") };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is not Unicode.
            return null;
        }
    }

    private static string? Text(JsonElement error, string name) => error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
