namespace RemoteLlm.Tunnel.Channels;

/// <summary>The right to put the next socket under a channel. The newest claim is the one that holds.</summary>
/// <param name="Number">Tells one claim from another.</param>
/// <param name="Received">Bytes received so far: what the peer is told in HELLO or WELCOME, so that it sends the rest.</param>
public readonly record struct ChannelClaim(long Number, long Received);
