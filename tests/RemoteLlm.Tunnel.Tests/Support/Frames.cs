using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Tests.Support;

/// <summary>Whole messages, as the other side would put them on the wire.</summary>
internal static class Frames
{
    public static byte[] Data(long ack, long offset, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameFormat.DataHeader + payload.Length];
        FrameFormat.WriteDataHeader(frame, ack, offset);
        payload.CopyTo(frame.AsSpan(FrameFormat.DataHeader));
        return Sealed(frame);
    }

    public static byte[] Ack(long ack) => Cut(to => FrameFormat.WriteAck(to, ack));

    public static byte[] Ping(long ack, long token) => Cut(to => FrameFormat.WritePing(to, FrameType.Ping, ack, token));

    public static byte[] Pong(long ack, long token) => Cut(to => FrameFormat.WritePing(to, FrameType.Pong, ack, token));

    public static byte[] Close(long ack, CloseReason reason, string text) => Cut(to => FrameFormat.WriteClose(to, ack, reason, text));

    /// <summary>These bytes with their checksum.</summary>
    public static byte[] Sealed(ReadOnlySpan<byte> frame)
    {
        var message = new byte[frame.Length + FrameFormat.ChecksumLength];
        frame.CopyTo(message);
        FrameFormat.Seal(message, frame.Length);
        return message;
    }

    private static byte[] Cut(Func<byte[], int> write)
    {
        var buffer = new byte[FrameFormat.MaxControl];
        return Sealed(buffer.AsSpan(0, write(buffer)));
    }
}
