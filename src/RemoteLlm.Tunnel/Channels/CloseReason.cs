namespace RemoteLlm.Tunnel.Channels;

/// <summary>Why a channel ended. Values up to 8 travel in CLOSE frames (PROTOCOL.md, section 7); the others are known to one end only.</summary>
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

    /// <summary>A newer socket took over this channel number.</summary>
    Replaced = 4,

    /// <summary>The sender is stopping.</summary>
    ShuttingDown = 5,

    /// <summary>The connector's token is no longer valid.</summary>
    Revoked = 6,

    /// <summary>The channel number is above what the session allows.</summary>
    TooManyChannels = 7,

    /// <summary>The sender failed; its own log says why.</summary>
    InternalError = 8,

    /// <summary>The socket was lost without a CLOSE frame. Never on the wire.</summary>
    Lost = 100,

    /// <summary>Nothing was heard for <see cref="ChannelOptions.DeadAfter"/>. Never on the wire.</summary>
    Dead = 101,
}
