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

    /// <summary>A valid message that was cut, lengthened or changed; or plain noise.</summary>
    public static byte[] Damaged(Random random)
    {
        var message = Valid(random);
        switch (random.Next(5))
        {
            case 0:
                return message[..random.Next(message.Length)];
            case 1:
                return [.. message, .. new byte[1 + random.Next(400)]];
            case 2:
                message[random.Next(Math.Min(message.Length, 20))] = (byte)random.Next(256);
                return message;
            case 3:
                message[0] = (byte)random.Next(32);
                return message;
            default:
                var noise = new byte[random.Next(600)];
                random.NextBytes(noise);
                return noise;
        }
    }

    /// <summary>Feeds a message in pieces of random size, some of them empty.</summary>
    public static void Feed(FrameParser parser, byte[] message, Random random)
    {
        var at = 0;
        while (true)
        {
            var length = Math.Min(message.Length - at, random.Next(random.Next(4) switch { 0 => 2, 1 => 20, _ => 20_000 }));
            var last = at + length == message.Length && random.Next(3) > 0;
            parser.Read(message.AsSpan(at, length), last);
            at += length;
            if (last)
                return;
        }
    }
}
