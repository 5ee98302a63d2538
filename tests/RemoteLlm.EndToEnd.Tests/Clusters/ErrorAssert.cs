using System.Net;
using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>What every error of ours must be like.</summary>
internal static class ErrorAssert
{
    /// <summary>The answer is this error, in OpenAI's shape with all four keys, and carries a request id. Returns the error object.</summary>
    public static async Task<JsonElement> Is(HttpResponseMessage answer, int status, string type, string code)
    {
        var text = await answer.Text();
        Assert.True(answer.StatusCode == (HttpStatusCode)status, $"{(int)answer.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(answer.Header("x-request-id"));
        using var document = JsonDocument.Parse(text);
        return Is(document.RootElement, type, code);
    }

    /// <summary>The event is this error.</summary>
    public static JsonElement IsEvent(string? data, string type, string code)
    {
        Assert.NotNull(data);
        using var document = JsonDocument.Parse(data);
        return Is(document.RootElement, type, code);
    }

    private static JsonElement Is(JsonElement body, string type, string code)
    {
        var error = body.GetProperty("error");
        Assert.Equal(["code", "message", "param", "type"], error.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal((type, code), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        return error.Clone();
    }
}
