using System.Buffers;
using System.Text.Json;

namespace RemoteLlm.Benchmarks.FakeLlm;

/// <summary>What a request asks of the fake server.</summary>
/// <param name="Stream">Whether the answer is a stream of events.</param>
/// <param name="Chunks">How many chunks the stream has; `max_tokens` of the request.</param>
/// <param name="GapMicroseconds">Time between two chunks; 0 sends them as fast as the reader takes them. `gap_us` of the request.</param>
/// <param name="AnswerBytes">How long an answer that is no stream is; 0 is a short completion. `answer_bytes` of the request.</param>
/// <param name="ThinkMilliseconds">Time until the answer begins; `think_ms` of the request.</param>
internal readonly record struct ChatRequest(bool Stream, int Chunks, int GapMicroseconds, int AnswerBytes = 0, int ThinkMilliseconds = 0)
{
    /// <summary>How the first message of the user begins: replaced by another number, it is another conversation.</summary>
    public const string Number = "#0000000000000000000";

    /// <summary>The body of a request that <see cref="Parse"/> reads back.</summary>
    /// <param name="padding">Bytes by which the last message is longer.</param>
    public byte[] ToBody(int padding = 0) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        model = FakeLlmServer.Model,
        stream = Stream,
        max_tokens = Chunks,
        gap_us = GapMicroseconds,
        answer_bytes = AnswerBytes,
        think_ms = ThinkMilliseconds,
        messages = new[]
        {
            new { role = "system", content = "You are a helpful assistant." },
            new { role = "user", content = Number + " Why is the sky blue? Answer in one paragraph, please." + new string(' ', padding) },
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
            else if (reader.ValueTextEquals("answer_bytes"u8) && reader.Read())
                request = request with { AnswerBytes = reader.GetInt32() };
            else if (reader.ValueTextEquals("think_ms"u8) && reader.Read())
                request = request with { ThinkMilliseconds = reader.GetInt32() };
        }

        return request;
    }
}
