using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>
/// What is put into a stream while nothing else comes, so that no client or proxy takes the silence for the end. Source of each form: API.md, <em>Streams</em>, 5.
/// </summary>
public static class Heartbeat
{
    private static readonly byte[] s_comment = ": keep-alive\n\n"u8.ToArray();
    private static readonly byte[] s_ping = "event: ping\ndata: {\"type\":\"ping\"}\n\n"u8.ToArray();

    private static readonly byte[] s_keepAliveEvent = "event: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":0}\n\n"u8.ToArray();

    /// <summary>Whether there is one for the format: of a pull's progress nobody waits for bytes in between.</summary>
    public static bool Exists(StreamFormat format) => format is not (StreamFormat.None or StreamFormat.ProgressLines);

    /// <summary>One heartbeat.</summary>
    /// <param name="format">What the stream is.</param>
    /// <param name="model">The model that was asked for.</param>
    /// <param name="tracker">Where the stream stands.</param>
    /// <param name="first">No other heartbeat has gone before.</param>
    /// <param name="requestId">What an answer is called that has no id yet.</param>
    /// <param name="now">When it is sent.</param>
    public static ReadOnlyMemory<byte> Of(StreamFormat format, string model, StreamTracker tracker, bool first, string requestId, DateTimeOffset now) => format switch
    {
        StreamFormat.MessageEvents => s_ping,
        StreamFormat.ResponseEvents => OfResponse(model, tracker, first, requestId, now),
        StreamFormat.ChatLines or StreamFormat.GenerateLines => EmptyLine(format, model, now),
        _ => s_comment,
    };

    /// <summary>A heartbeat that says where the request stands in the queue; null where the dialect has no place for that.</summary>
    /// <param name="format">What the stream is.</param>
    /// <param name="position">Its place, 1 for the next one.</param>
    /// <param name="wait">What is still to wait, by an estimate; null when that is not known.</param>
    public static ReadOnlyMemory<byte>? OfQueue(StreamFormat format, int position, TimeSpan? wait)
    {
        if (format != StreamFormat.ChatEvents)
            return null;
        var about = wait is { } known ? string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(known.TotalSeconds)} s") : "";
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $": queued, position {position}{about}\n\n"));
    }

    /// <summary>A sign of life that Codex and OpenAI's libraries take as one.</summary>
    /// <remarks>
    /// Codex drops comments, so it must be data. OpenAI's stream helper (openai-node 6.49, ResponseAccumulator) refuses anything before <c>response.created</c>, and takes the
    /// response of <c>response.in_progress</c> for all there is: in the midst of output only <c>keepalive</c>, which OpenAI's own service sends, leaves its state alone.
    /// </remarks>
    private static ReadOnlyMemory<byte> OfResponse(string model, StreamTracker tracker, bool first, string requestId, DateTimeOffset now)
    {
        if (tracker.Stage == AnswerStage.InOutput)
            return s_keepAliveEvent;
        var output = new ArrayBufferWriter<byte>(512);
        var id = tracker.AnswerId ?? $"resp_{requestId}";
        if (first && tracker.Stage == AnswerStage.Awaited)
            WriteResponseEvent(output, "response.created", id, model, now);
        WriteResponseEvent(output, "response.in_progress", id, model, now);
        return output.WrittenMemory;
    }

    private static void WriteResponseEvent(ArrayBufferWriter<byte> output, string type, string id, string model, DateTimeOffset now)
    {
        output.Write("event: "u8);
        output.Write(Encoding.ASCII.GetBytes(type));
        output.Write("\ndata: "u8);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteNumber("sequence_number"u8, 0);
            json.WriteStartObject("response"u8);
            json.WriteString("id"u8, id);
            json.WriteString("object"u8, "response"u8);
            json.WriteNumber("created_at"u8, now.ToUnixTimeSeconds());
            json.WriteString("status"u8, "in_progress"u8);
            json.WriteString("model"u8, model);
            json.WriteStartArray("output"u8);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private static ReadOnlyMemory<byte> EmptyLine(StreamFormat format, string model, DateTimeOffset now)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            json.WriteString("created_at"u8, now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
            if (format == StreamFormat.ChatLines)
            {
                json.WriteStartObject("message"u8);
                json.WriteString("role"u8, "assistant"u8);
                json.WriteString("content"u8, ""u8);
                json.WriteEndObject();
            }
            else
            {
                json.WriteString("response"u8, ""u8);
            }

            json.WriteBoolean("done"u8, false);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenMemory;
    }
}
