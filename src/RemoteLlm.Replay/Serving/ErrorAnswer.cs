using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Replay.Serving;

/// <summary>Answers with an error in the OpenAI shape, all four members.</summary>
internal static class ErrorAnswer
{
    /// <summary>Writes the whole answer.</summary>
    /// <param name="context">A request whose answer has not started.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">What happened, for programs.</param>
    /// <param name="message">What happened and what to do, for people.</param>
    /// <param name="cancellation">The client left.</param>
    public static async Task Write(HttpContext context, int status, string code, string message, CancellationToken cancellation)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteString("message", message);
            writer.WriteString("type", status < StatusCodes.Status500InternalServerError ? "invalid_request_error" : "server_error");
            writer.WriteNull("param");
            writer.WriteString("code", code);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        context.Response.ContentLength = buffer.Length;
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellation);
    }
}
