using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>An event stream that may get heartbeats: between two events only, and none after its last.</summary>
internal sealed class HeartbeatStream(Interlude interlude, EventStreamTracker events)
{
    // The same comment as the connector's own: what clients are known to skip.
    private static readonly byte[] s_comment = ": keep-alive\n\n"u8.ToArray();

    private readonly Func<bool> _fits = () => events is { AtEventBoundary: true, DoneSeen: false };

    /// <summary>One heartbeat, if there is a place for it. Never throws.</summary>
    public Task BeatAsync() => interlude.SpeakAsync(s_comment, _fits).AsTask();
}
