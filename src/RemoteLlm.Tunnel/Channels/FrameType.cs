namespace RemoteLlm.Tunnel.Channels;

/// <summary>First byte of every frame. Source: PROTOCOL.md, section 3.</summary>
internal enum FrameType : byte
{
    Hello = 0x01,
    Welcome = 0x02,
    Data = 0x10,
    Ack = 0x11,
    Ping = 0x12,
    Pong = 0x13,
    Close = 0x14,
}
