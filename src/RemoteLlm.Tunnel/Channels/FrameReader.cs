using System.Buffers.Binary;
using System.Text;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>Reads one frame that follows the handshake out of one whole WebSocket message. Keeps nothing and allocates nothing but a CLOSE's text.</summary>
internal static class FrameReader
{
    /// <summary>Tells <paramref name="sink"/> what the message says.</summary>
    /// <exception cref="DamagedFrameException">The checksum is wrong: the message came to harm on its way.</exception>
    /// <exception cref="ProtocolViolationException">A rule was broken.</exception>
    public static void Read(ReadOnlySpan<byte> message, IFrameSink sink)
    {
        if (!FrameFormat.TryUnseal(message, out var frame))
            throw new DamagedFrameException(DamagedFrameException.WrongChecksum);
        var type = (FrameType)frame[0];
        var fits = type switch
        {
            FrameType.Data => frame.Length is > FrameFormat.DataHeader and <= FrameFormat.DataHeader + FrameFormat.MaxPayload,
            FrameType.Ack => frame.Length == FrameFormat.AckLength,
            FrameType.Ping or FrameType.Pong => frame.Length == FrameFormat.PingLength,
            FrameType.Close => frame.Length is >= FrameFormat.CloseHeader and <= FrameFormat.CloseHeader + FrameFormat.MaxCloseText,
            _ => throw new ProtocolViolationException($"frame type 0x{frame[0]:x2} is unknown or out of place"),
        };
        if (!fits)
            throw new ProtocolViolationException($"a {type} frame has {frame.Length} bytes");

        sink.OnAck(Offset(frame[1..]));
        switch (type)
        {
            case FrameType.Data:
                sink.OnData(Offset(frame[9..]), frame[FrameFormat.DataHeader..]);
                break;
            case FrameType.Ping:
                sink.OnPing(BinaryPrimitives.ReadInt64BigEndian(frame[9..]));
                break;
            case FrameType.Pong:
                sink.OnPong(BinaryPrimitives.ReadInt64BigEndian(frame[9..]));
                break;
            case FrameType.Close:
                sink.OnClose(ReasonOf(BinaryPrimitives.ReadUInt16BigEndian(frame[9..])), Encoding.UTF8.GetString(frame[FrameFormat.CloseHeader..]));
                break;
        }
    }

    /// <summary>An unknown reason is an internal error of the peer (PROTOCOL.md, section 12).</summary>
    public static CloseReason ReasonOf(ushort code) => code <= (ushort)CloseReasons.LastOnWire ? (CloseReason)code : CloseReason.InternalError;

    // Offsets are unsigned on the wire; nobody sends 2^63 bytes, so a high bit is a lie.
    private static long Offset(ReadOnlySpan<byte> at) =>
        BinaryPrimitives.ReadInt64BigEndian(at) is >= 0 and var value ? value : throw new ProtocolViolationException("an offset is out of range");
}
