using System.Runtime.CompilerServices;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>
/// Keeps event streams alive towards their clients while the line under them is down: a comment now and then, so that no proxy or client on the way takes
/// the silence for the end. One <see cref="LineWatch"/> a channel knows the streams that run over it; while its line is up it costs nothing.
/// </summary>
internal sealed class Heartbeats(TimeProvider time)
{
    private readonly ConditionalWeakTable<Channel, LineWatch> _watches = [];

    /// <summary>Gives heartbeats to a stream until the returned value is disposed.</summary>
    /// <param name="channel">What carries the answer.</param>
    /// <param name="interlude">Where there is time for them.</param>
    /// <param name="events">Where the stream stands.</param>
    public Seat Follow(Channel channel, Interlude interlude, EventStreamTracker events)
    {
        var watch = _watches.GetValue(channel, carrier => new LineWatch(() => carrier.LineUp, () => carrier.LineChanged, carrier.Ended, time));
        var stream = new HeartbeatStream(interlude, events);
        watch.Add(stream);
        return new Seat(watch, stream);
    }

    /// <summary>One stream's place at its line's watch.</summary>
    internal readonly struct Seat(LineWatch? watch, HeartbeatStream stream) : IDisposable
    {
        public void Dispose() => watch?.Remove(stream);
    }
}
