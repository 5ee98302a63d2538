using System.Buffers.Binary;
using System.Text;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>Sizes and writers of the frames of PROTOCOL.md, section 3. Pure: spans in, lengths out.</summary>
internal static class FrameFormat
{
    public const int MaxPayload = 64 * 1024;
    public const int MaxHandshake = 4096;
    public const int MaxCloseText = 256;
    public const int DataHeader = 1 + 8 + 8;
    public const int AckLength = 1 + 8;
    public const int PingLength = 1 + 8 + 8;
    public const int CloseHeader = 1 + 8 + 2;

    /// <summary>A receiver with this much unacknowledged and nothing to send sends an ACK frame.</summary>
    public const int AckEvery = 64 * 1024;

    /// <summary>Longest frame that is not DATA: what a sender needs for its control frames.</summary>
    public const int MaxControl = CloseHeader + MaxCloseText;

    public static void WriteDataHeader(Span<byte> to, long ack, long offset)
    {
        to[0] = (byte)FrameType.Data;
        BinaryPrimitives.WriteInt64BigEndian(to[1..], ack);
        BinaryPrimitives.WriteInt64BigEndian(to[9..], offset);
    }

    public static int WriteAck(Span<byte> to, long ack)
    {
        to[0] = (byte)FrameType.Ack;
        BinaryPrimitives.WriteInt64BigEndian(to[1..], ack);
        return AckLength;
    }

    public static int WritePing(Span<byte> to, FrameType pingOrPong, long ack, long token)
    {
        to[0] = (byte)pingOrPong;
        BinaryPrimitives.WriteInt64BigEndian(to[1..], ack);
        BinaryPrimitives.WriteInt64BigEndian(to[9..], token);
        return PingLength;
    }

    public static int WriteClose(Span<byte> to, long ack, CloseReason reason, string text)
    {
        to[0] = (byte)FrameType.Close;
        BinaryPrimitives.WriteInt64BigEndian(to[1..], ack);
        BinaryPrimitives.WriteUInt16BigEndian(to[9..], (ushort)reason);
        // Cut at a character, never inside one.
        Encoding.UTF8.GetEncoder().Convert(text, to.Slice(CloseHeader, MaxCloseText), flush: true, out _, out var written, out _);
        return CloseHeader + written;
    }
}
