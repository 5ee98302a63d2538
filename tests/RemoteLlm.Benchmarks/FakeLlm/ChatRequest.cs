using System.Buffers;
using System.Text.Json;

namespace RemoteLlm.Benchmarks.FakeLlm;

/// <summary>What a request asks of the fake server.</summary>
/// <param name="Stream">Whether the answer is a stream of events.</param>
/// <param name="Chunks">How many chunks the stream has; `max_tokens` of the request.</param>
/// <param name="GapMicroseconds">Time between two chunks; 0 sends them as fast as the reader takes them. `gap_us` of the request.</param>
internal readonly record struct ChatRequest(bool Stream, int Chunks, int GapMicroseconds)
{
    /// <summary>The body of a request that <see cref="Parse"/> reads back.</summary>
    public byte[] ToBody() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        model = FakeLlmServer.Model,
        stream = Stream,
        max_tokens = Chunks,
        gap_us = GapMicroseconds,
        messages = new[]
        {
            new { role = "system", content = "You are a helpful assistant." },
            new { role = "user", content = "Why is the sky blue? Answer in one paragraph, please." },
        },
    });

    /// <exception cref="JsonException">The body is not JSON.</exception>
    public static ChatRequest Parse(in ReadOnlySequence<byte> body)
    {
        var request = default(ChatRequest);
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                continue;

            if (reader.ValueTextEquals("stream"u8) && reader.Read())
                request = request with { Stream = reader.TokenType == JsonTokenType.True };
            else if (reader.ValueTextEquals("max_tokens"u8) && reader.Read())
                request = request with { Chunks = reader.GetInt32() };
            else if (reader.ValueTextEquals("gap_us"u8) && reader.Read())
                request = request with { GapMicroseconds = reader.GetInt32() };
        }

        return request;
    }
}
