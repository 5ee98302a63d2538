using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>A stream that may get heartbeats of its dialect: between two frames only, and none after its last.</summary>
internal sealed class HeartbeatStream
{
    private readonly Interlude _interlude;
    private readonly StreamTracker _tracker;
    private readonly StreamFormat _format;
    private readonly Exchange _exchange;
    private readonly TimeProvider _time;
    private readonly Func<ReadOnlyMemory<byte>> _words;
    private bool _beaten;

    public HeartbeatStream(Interlude interlude, StreamTracker tracker, StreamFormat format, Exchange exchange, TimeProvider time)
    {
        (_interlude, _tracker, _format, _exchange, _time) = (interlude, tracker, format, exchange, time);
        _words = Words;
    }

    /// <summary>One heartbeat, if there is a place for it. Never throws.</summary>
    public Task BeatAsync() => _interlude.SpeakAsync(_words).AsTask();

    private ReadOnlyMemory<byte> Words()
    {
        if (!_tracker.AtBoundary || _tracker.DoneSeen || !Heartbeat.Exists(_format))
            return default;
        var words = Heartbeat.Of(_format, _exchange.Model ?? "", _tracker, first: !_beaten, _exchange.BillingId, _time.GetUtcNow());
        _beaten = true;
        return words;
    }
}
