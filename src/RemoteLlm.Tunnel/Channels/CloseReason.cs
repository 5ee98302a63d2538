namespace RemoteLlm.Tunnel.Channels;

/// <summary>Why a channel or its socket ended. Values up to 10 travel in CLOSE frames (PROTOCOL.md, section 8); the others are known to one end only.</summary>
public enum CloseReason
{
    /// <summary>The HTTP/2 connection above ended of its own accord.</summary>
    Normal = 0,

    /// <summary>A rule of PROTOCOL.md was broken; the text says which.</summary>
    ProtocolError = 1,

    /// <summary>The two ends have no protocol version in common.</summary>
    VersionMismatch = 2,

    /// <summary>The session is unknown, has ended, or the secret is wrong.</summary>
    SessionEnded = 3,

    /// <summary>A newer channel took over this channel number.</summary>
    Replaced = 4,

    /// <summary>The sender is stopping.</summary>
    ShuttingDown = 5,

    /// <summary>The connector's token is no longer valid.</summary>
    Revoked = 6,

    /// <summary>The channel number is above what the session allows.</summary>
    TooManyChannels = 7,

    /// <summary>The sender failed; its own log says why.</summary>
    InternalError = 8,

    /// <summary>The broker has this channel no more: its resume window is over, or a newer one has its number. The session lives.</summary>
    ChannelEnded = 9,

    /// <summary>A frame's checksum was wrong. The socket is given up; the channel is not.</summary>
    Damaged = 10,

    /// <summary>The socket was lost without a CLOSE frame. Never on the wire.</summary>
    Lost = 100,

    /// <summary>Nothing was heard for <see cref="ChannelOptions.DeadAfter"/>. Never on the wire.</summary>
    Dead = 101,

    /// <summary>A newer socket carries the channel. Never on the wire.</summary>
    TakenOver = 102,
}

/// <summary>What the reasons have in common.</summary>
internal static class CloseReasons
{
    public const CloseReason LastOnWire = CloseReason.Damaged;

    /// <summary>The socket alone has ended: another one may carry the channel on.</summary>
    public static bool IsOfSocket(this CloseReason reason) => reason is CloseReason.Damaged or CloseReason.Lost or CloseReason.Dead or CloseReason.TakenOver;
}
