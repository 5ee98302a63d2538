using System.Text.Json;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.EndToEnd.Tests.Errors;

/// <summary>A small chat in each dialect, and what a refusal of it must be like.</summary>
internal static class DialectChat
{
    /// <summary>Sends it, whole answer wanted.</summary>
    public static Task<HttpResponseMessage> ChatIn(this HttpClient client, Dialect dialect, string model = "test-model", string content = "Hi")
    {
        var (path, more) = dialect switch
        {
            Dialect.OpenAi => ("v1/chat/completions", ""),
            Dialect.Anthropic => ("v1/messages", "\"max_tokens\":8,"),
            _ => ("api/chat", "\"stream\":false,"),
        };
        return client.Post(path, $$"""{"model":"{{model}}",{{more}}"messages":[{"role":"user","content":"{{content}}"}]}""");
    }

    /// <summary>The answer is this row of the table, in the dialect's shape. Returns its message.</summary>
    public static async Task<string> AssertIs(HttpResponseMessage answer, Dialect dialect, int status, string code)
    {
        var row = ErrorRows.Of(status, code);
        var body = await answer.Json();
        Assert.True((int)answer.StatusCode == (dialect == Dialect.Anthropic ? row.AnthropicStatus : row.Status), $"{(int)answer.StatusCode}: {body}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(answer.Header("x-request-id"));
        Assert.Equal(row.Waits, answer.Header("retry-after").Length > 0 && answer.Header("retry-after-ms").Length > 0);
        Assert.Equal(row.Status == 401 ? "Bearer" : "", answer.Header("WWW-Authenticate"));
        var message = dialect switch
        {
            Dialect.OpenAi => OpenAi(body, row),
            Dialect.Anthropic => Anthropic(body, row, answer),
            _ => body.GetProperty("error").GetString(),
        };
        Assert.NotNull(message);
        Assert.NotEmpty(message);
        return message;
    }

    private static string? OpenAi(JsonElement body, ErrorRow row)
    {
        var error = body.GetProperty("error");
        Assert.Equal((row.Type, row.Code, row.Param), (Text(error, "type"), Text(error, "code"), Text(error, "param")));
        return Text(error, "message");
    }

    private static string? Anthropic(JsonElement body, ErrorRow row, HttpResponseMessage answer)
    {
        Assert.Equal(("error", answer.Header("request-id")), (Text(body, "type"), Text(body, "request_id")));
        Assert.Equal(answer.Header("x-request-id"), answer.Header("request-id"));
        var error = body.GetProperty("error");
        Assert.Equal(row.AnthropicType, Text(error, "type"));
        return Text(error, "message");
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
