using System.ComponentModel.DataAnnotations;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>Settings of one end of a channel. The defaults are those of PROTOCOL.md and need no change outside tests.</summary>
public sealed class ChannelOptions
{
    /// <summary>Silence after which a PING is sent. Default 5 s: a lost line is suspected before a person does.</summary>
    public TimeSpan PingAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which the peer is dead and the socket aborted. Default 12 s: two pings unanswered, and 2 s for a slow uplink.</summary>
    public TimeSpan DeadAfter { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>How long a channel waits for its next socket after one was lost. Default 60 s: a router restarts in that time. Zero: a channel ends with its socket.</summary>
    public TimeSpan ResumeWindow { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time that received bytes stay unacknowledged. Default 100 ms: the peer keeps what is not acknowledged in memory.</summary>
    public TimeSpan AckAfter { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an orderly end waits for the other side. Default 2 s.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the handshake may take on either side. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Bytes accepted from HTTP/2 but not yet handed to the socket, 4 KiB to 16 MiB. Default 64 KiB. When full, HTTP/2 waits. With one frame under way
    /// (32 KiB) and what the system holds back (<see cref="SendQueue"/>, 32 KiB), 128 KiB lie before a new token at most; more would be seconds on a slow uplink.
    /// </summary>
    [Range(4 * 1024, 16 * 1024 * 1024)]
    public int UnsentLimit { get; set; } = 64 * 1024;

    /// <summary>
    /// Bytes sent and kept until the peer has acknowledged them, 64 KiB to 256 MiB. Default 4 MiB: 40 MB/s at a round trip of 100 ms. When full,
    /// nothing new is sent.
    /// </summary>
    [Range(64 * 1024, 256 * 1024 * 1024)]
    public int ReplayLimit { get; set; } = 4 * 1024 * 1024;

    /// <summary>Bytes received but not yet read by HTTP/2, 64 KiB to 64 MiB. Default 1 MiB. When full, the socket is not read.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int UnreadLimit { get; set; } = 1024 * 1024;
}
