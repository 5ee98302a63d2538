using System.Net.WebSockets;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Tests.Support;

/// <summary>Channels that begin with a socket, as if its handshake were done.</summary>
internal static class Carried
{
    /// <summary>A channel that this socket carries first. The caller may put others under it.</summary>
    public static Channel By(WebSocket socket, ChannelOptions options, TimeProvider time)
    {
        var channel = new Channel(options, time);
        _ = channel.CarryAsync(default, socket, peerReceived: 0);
        return channel;
    }
}
