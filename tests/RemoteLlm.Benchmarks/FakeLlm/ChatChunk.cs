using System.Buffers.Text;
using System.Diagnostics;

namespace RemoteLlm.Benchmarks.FakeLlm;

/// <summary>
/// One event of a streamed answer: a chat chunk of constant length that carries its number, from 0, in the place of an id, and the moment at which it was written, in
/// <see cref="Stopwatch"/> ticks. That clock is the machine's, so a reader in another process can tell how long the event was under way.
/// </summary>
internal static class ChatChunk
{
    private const int StampDigits = 19;

    private const int NumberDigits = 24;
    private const int NumberAt = 22;

    private static readonly byte[] Head = """
        data: {"id":"chatcmpl-000000000000000000000000","object":"chat.completion.chunk","created":1700000000,"model":"bench","system_fingerprint":"fp_00000000","choices":[{"index":0,"delta":{"content":" token"},"logprobs":null,"finish_reason":null}],"sent":"
        """u8.ToArray();

    private static readonly byte[] Tail = "\"}\n\n"u8.ToArray();

    /// <summary>The length of every event, in bytes.</summary>
    public static int Length { get; } = Head.Length + StampDigits + Tail.Length;

    /// <summary>The event that ends a stream.</summary>
    public static ReadOnlySpan<byte> Done => "data: [DONE]\n\n"u8;

    /// <summary>Writes an event that is being sent now into the first <see cref="Length"/> bytes.</summary>
    public static void Write(Span<byte> destination, int number)
    {
        Head.CopyTo(destination);
        Utf8Formatter.TryFormat(number, destination.Slice(NumberAt, NumberDigits), out _, new('D', NumberDigits));
        Utf8Formatter.TryFormat(Stopwatch.GetTimestamp(), destination.Slice(Head.Length, StampDigits), out _, new('D', StampDigits));
        Tail.CopyTo(destination[(Head.Length + StampDigits)..]);
    }

    /// <summary>True when the event is one of ours, unchanged in length and frame.</summary>
    public static bool IsChunk(ReadOnlySpan<byte> sseEvent) => sseEvent.Length == Length && sseEvent[..12].SequenceEqual(Head.AsSpan(0, 12));

    /// <summary>The event's place in its stream.</summary>
    public static int NumberOf(ReadOnlySpan<byte> chunk) => Utf8Parser.TryParse(chunk.Slice(NumberAt, NumberDigits), out int number, out _) ? number : -1;

    /// <summary>When the event was written, in <see cref="Stopwatch"/> ticks.</summary>
    public static long SentAt(ReadOnlySpan<byte> chunk) => Utf8Parser.TryParse(chunk.Slice(Head.Length, StampDigits), out long ticks, out _) ? ticks : 0;
}
