using System.Buffers.Binary;
using System.Text;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>
/// Sizes and writers of the frames of PROTOCOL.md, section 3. Pure: spans in, lengths out. A writer leaves its frame without the checksum;
/// <see cref="Seal"/> adds it.
/// </summary>
internal static class FrameFormat
{
    /// <summary>Longest frame of all, checksum included.</summary>
    public const int MaxFrame = 64 * 1024;
    public const int ChecksumLength = 4;
    public const int DataHeader = 1 + 8 + 8;
    public const int MaxPayload = MaxFrame - DataHeader - ChecksumLength;
    /// <summary>The longest payload that is sent here; longer ones are read. What is under way cannot be overtaken.</summary>
    public const int SendPayload = 32 * 1024 - DataHeader - ChecksumLength;
    public const int MaxHandshake = 4096;
    public const int MaxCloseText = 256;
    public const int AckLength = 1 + 8;
    public const int PingLength = 1 + 8 + 8;
    public const int CloseHeader = 1 + 8 + 2;

    /// <summary>A receiver with this much unacknowledged and nothing to send sends an ACK frame.</summary>
    public const int AckEvery = 64 * 1024;

    /// <summary>Longest frame that is not DATA: what a sender needs for its control frames.</summary>
    public const int MaxControl = CloseHeader + MaxCloseText + ChecksumLength;

    /// <summary>Appends the checksum of the first <paramref name="length"/> bytes.</summary>
    /// <returns>Length of the whole frame.</returns>
    public static int Seal(Span<byte> frame, int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(frame[length..], Checksum.Of(frame[..length]));
        return length + ChecksumLength;
    }

    /// <summary>Checks the checksum and cuts it off. False for a message that came to harm, or is too short to be a frame.</summary>
    public static bool TryUnseal(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (message.Length <= ChecksumLength || Checksum.Of(message[..^ChecksumLength]) != BinaryPrimitives.ReadUInt32BigEndian(message[^ChecksumLength..]))
            return false;
        frame = message[..^ChecksumLength];
        return true;
    }

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
