using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Hosting.Management;

/// <summary>Whole answers, never cached.</summary>
public static class ManagementAnswers
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Answers with a text.</summary>
    public static Task Text(this HttpContext context, int status, string text, string contentType = "text/plain; charset=utf-8")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>Answers with a value as JSON, members in <c>camelCase</c>.</summary>
    public static Task AsJson<T>(this HttpContext context, int status, T value) =>
        context.Text(status, JsonSerializer.Serialize(value, Json) + "\n", "application/json");
}
