using RemoteLlm.Connector.Relay;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Metering;

/// <summary>Watches an answer's bytes pass: when the first came, how many there were, what tokens the server reports.</summary>
internal sealed class AnswerMeter(Exchange exchange, TimeProvider time, bool streams) : IBodyObserver
{
    private readonly UsageScanner _usage = new(streams ? StreamFormat.ChatEvents : StreamFormat.None);

    /// <summary>Where in an event stream the answer stands; null when it is none.</summary>
    public EventStreamTracker? Events { get; } = streams ? new EventStreamTracker() : null;

    public void OnBytes(ReadOnlySpan<byte> bytes)
    {
        exchange.FirstByte ??= time.GetTimestamp();
        exchange.Bytes += bytes.Length;
        Events?.Observe(bytes);
        _usage.Observe(bytes);
    }

    /// <summary>The answer is over, whole or not.</summary>
    public void Finish() => exchange.Usage = _usage.Usage;
}
