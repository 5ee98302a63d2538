using System.Runtime.CompilerServices;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>
/// Keeps streams alive towards their clients while the line under them is down: a heartbeat of their dialect now and then, so that no proxy or client on the way takes
/// the silence for the end. One <see cref="LineWatch"/> a channel knows the streams that run over it; while its line is up it costs nothing.
/// </summary>
internal sealed class Heartbeats(TimeProvider time)
{
    private readonly ConditionalWeakTable<Channel, LineWatch> _watches = [];

    /// <summary>Gives heartbeats to a stream until the returned value is disposed.</summary>
    /// <param name="channel">What carries the answer.</param>
    /// <param name="interlude">Where there is time for them.</param>
    /// <param name="tracker">Where the stream stands.</param>
    /// <param name="format">How it streams.</param>
    /// <param name="exchange">The request.</param>
    public Seat Follow(Channel channel, Interlude interlude, StreamTracker tracker, StreamFormat format, Exchange exchange)
    {
        var watch = _watches.GetValue(channel, carrier => new LineWatch(() => carrier.LineUp, () => carrier.LineChanged, carrier.Ended, time));
        var stream = new HeartbeatStream(interlude, tracker, format, exchange, time);
        watch.Add(stream);
        return new Seat(watch, stream);
    }

    /// <summary>One stream's place at its line's watch.</summary>
    internal readonly struct Seat(LineWatch? watch, HeartbeatStream stream) : IDisposable
    {
        public void Dispose() => watch?.Remove(stream);
    }
}
