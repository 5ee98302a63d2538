using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>Notes when the first byte came and how many there were, and where in an event stream the answer stands.</summary>
internal sealed class AnswerObserver(Exchange exchange, TimeProvider time, EventStreamTracker? events) : IBodyObserver
{
    public EventStreamTracker? Events { get; } = events;

    public void OnBytes(ReadOnlySpan<byte> bytes)
    {
        exchange.FirstByte ??= time.GetTimestamp();
        exchange.Bytes += bytes.Length;
        Events?.Observe(bytes);
    }
}
