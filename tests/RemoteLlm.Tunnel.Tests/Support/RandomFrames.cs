using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Tests.Support;

/// <summary>Messages, valid and not, from a seeded source.</summary>
internal static class RandomFrames
{
    /// <summary>A message that follows its layout.</summary>
    public static byte[] Valid(Random random)
    {
        var ack = random.NextInt64(long.MaxValue);
        switch (random.Next(5))
        {
            case 0:
                var payload = new byte[1 + random.Next(random.Next(20) == 0 ? FrameFormat.MaxPayload : 300)];
                random.NextBytes(payload);
                return Frames.Data(ack, random.NextInt64(long.MaxValue), payload);
            case 1:
                return Frames.Ack(ack);
            case 2:
                return Frames.Ping(ack, random.NextInt64(long.MinValue, long.MaxValue));
            case 3:
                return Frames.Pong(ack, random.NextInt64(long.MinValue, long.MaxValue));
            default:
                return Frames.Close(ack, (CloseReason)random.Next(12), new string('é', random.Next(140)));
        }
    }

    /// <summary>A message with a good checksum whose frame was cut, lengthened or changed; or plain noise.</summary>
    public static byte[] Broken(Random random)
    {
        var frame = Valid(random)[..^FrameFormat.ChecksumLength];
        switch (random.Next(5))
        {
            case 0:
                return Frames.Sealed(frame.AsSpan(0, 1 + random.Next(frame.Length)));
            case 1:
                return Frames.Sealed([.. frame, .. new byte[1 + random.Next(400)]]);
            case 2:
                frame[random.Next(Math.Min(frame.Length, 20))] = (byte)random.Next(256);
                return Frames.Sealed(frame);
            case 3:
                frame[0] = (byte)random.Next(32);
                return Frames.Sealed(frame);
            default:
                var noise = new byte[1 + random.Next(600)];
                random.NextBytes(noise);
                return Frames.Sealed(noise);
        }
    }

    /// <summary>A valid message of which the line has changed, lost or added something.</summary>
    public static byte[] Damaged(Random random)
    {
        var message = Valid(random);
        switch (random.Next(3))
        {
            case 0:
                return message[..random.Next(message.Length)];
            case 1:
                return [.. message, .. new byte[1 + random.Next(400)]];
            default:
                message[random.Next(message.Length)] ^= (byte)(1 << random.Next(8));
                return message;
        }
    }
}
