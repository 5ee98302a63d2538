using System.Net;

namespace RemoteLlm.Tunnel.Http2;

/// <summary>The address at which Kestrel "listens" for channels: not a port, but whatever <see cref="ChannelListener"/> is given.</summary>
public sealed class TunnelEndPoint : EndPoint
{
    /// <inheritdoc/>
    public override string ToString() => "tunnel";
}
