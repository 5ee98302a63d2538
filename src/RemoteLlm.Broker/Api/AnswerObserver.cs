using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>Notes when the first byte came and how many there were, and where in a stream the answer stands.</summary>
internal sealed class AnswerObserver(Exchange exchange, TimeProvider time, StreamTracker? tracker) : IBodyObserver
{
    public StreamTracker? Tracker { get; } = tracker;

    public void OnBytes(ReadOnlySpan<byte> bytes)
    {
        if (exchange.FirstByte is null)
        {
            exchange.FirstByte = time.GetTimestamp();
            exchange.Begun?.Invoke();
        }

        exchange.Bytes += bytes.Length;
        Tracker?.Observe(bytes);
    }
}
