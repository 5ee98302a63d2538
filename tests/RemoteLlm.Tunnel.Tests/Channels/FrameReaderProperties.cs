using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class FrameReaderProperties
{
    private static readonly int s_seed = Random.Shared.Next();

    [Fact]
    public void A_million_hostile_sequences_are_read_or_refused_and_cost_no_memory()
    {
        var random = Seeded();
        var sink = new CountingSink();
        var (read, broken, damaged) = (0, 0, 0);
        var fed = 0L;
        // A first round for what the first calls cost.
        for (var round = -1000; round < 1_000_000; round++)
        {
            var message = random.Next(3) switch { 0 => RandomFrames.Valid(random), 1 => RandomFrames.Broken(random), _ => RandomFrames.Damaged(random) };
            fed += message.Length;
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                FrameReader.Read(message, sink);
                read++;
            }
            catch (ProtocolViolationException)
            {
                broken++;
            }
            catch (DamagedFrameException)
            {
                damaged++;
            }

            // A CLOSE frame's text, or an exception.
            if (round >= 0)
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
        }

        Assert.InRange(sink.DataBytes, 0, fed);
        Assert.All([read, broken, damaged], count => Assert.InRange(count, 100_000, 900_000));
    }

    private static Random Seeded()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {s_seed}");
        return new Random(s_seed);
    }

    private sealed class CountingSink : IFrameSink
    {
        public long DataBytes { get; private set; }

        public void OnAck(long ack) => Assert.True(ack >= 0);

        public void OnData(long offset, ReadOnlySpan<byte> payload)
        {
            Assert.True(offset >= 0);
            DataBytes += payload.Length;
        }

        public void OnPing(long token)
        {
        }

        public void OnPong(long token)
        {
        }

        public void OnClose(CloseReason reason, string text) => Assert.True(text.Length <= FrameFormat.MaxCloseText);
    }
}
