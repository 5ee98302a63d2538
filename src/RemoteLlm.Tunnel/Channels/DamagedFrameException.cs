namespace RemoteLlm.Tunnel.Channels;

/// <summary>A message is none that a peer sends: it came to harm on its way. Stays inside the channel: the socket is given up, and what was lost is sent again over the next.</summary>
internal sealed class DamagedFrameException(string what) : Exception(what)
{
    public const string WrongChecksum = "a frame's checksum is wrong: the line changed it";
}
