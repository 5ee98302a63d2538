using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>How a stream that broke off must end.</summary>
internal static class CutAssert
{
    private static readonly string[] s_cleanEnds = ["[DONE]", "message_stop", "response.completed", "\"done\":true"];

    /// <summary>The last frame is the dialect's error, and nothing of ours looks like a clean end.</summary>
    /// <param name="endpoint">What was asked.</param>
    /// <param name="stream">All that the client received.</param>
    /// <param name="tail">What came after the server's own bytes.</param>
    public static void EndsInError(ApiEndpoint endpoint, string stream, string tail)
    {
        Assert.DoesNotContain(s_cleanEnds, end => tail.Contains(end, StringComparison.Ordinal));
        if (endpoint.Dialect == Dialect.Ollama)
        {
            Assert.EndsWith("\n", stream, StringComparison.Ordinal);
            using var line = JsonDocument.Parse(stream.TrimEnd('\n').Split('\n')[^1]);
            Assert.NotEmpty(line.RootElement.GetProperty("error").GetString()!);
            return;
        }

        Assert.EndsWith("\n\n", stream, StringComparison.Ordinal);
        // A half-written event becomes the error itself: its name and what counts of its data come last.
        var (name, data) = Last(stream);
        if (endpoint.Dialect == Dialect.OpenAi && endpoint.Stream == StreamFormat.ChatEvents)
        {
            ErrorAssert.IsEvent(data, "server_error", "stream_interrupted");
            return;
        }

        Assert.Equal("error", name);
        using var error = JsonDocument.Parse(data);
        Assert.Equal("error", error.RootElement.GetProperty("type").GetString());
        if (endpoint.Dialect == Dialect.Anthropic)
            Assert.Equal("api_error", error.RootElement.GetProperty("error").GetProperty("type").GetString());
        else
            Assert.Equal("stream_interrupted", error.RootElement.GetProperty("code").GetString());
    }

    private static (string Name, string Data) Last(string stream)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(stream));
        var last = SseParser.Create(bytes).Enumerate().Last();
        return (last.EventType, last.Data);
    }
}
