using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class FrameParserProperties
{
    private static readonly int s_seed = Random.Shared.Next();

    [Fact]
    public void Any_split_of_a_valid_sequence_gives_the_same_calls()
    {
        var random = Seeded();
        for (var round = 0; round < 2000; round++)
        {
            byte[][] messages = [.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => RandomFrames.Valid(random))];
            var whole = new FrameLog();
            var pieces = new FrameLog();
            var (wholeParser, pieceParser) = (new FrameParser(whole), new FrameParser(pieces));
            foreach (var message in messages)
            {
                wholeParser.Read(message, endOfMessage: true);
                RandomFrames.Feed(pieceParser, message, random);
            }

            Assert.Equal(whole.Calls, pieces.Calls);
        }
    }

    [Fact]
    public void Any_split_of_a_broken_message_is_refused_just_as_the_whole_is()
    {
        var random = Seeded();
        for (var round = 0; round < 20_000; round++)
        {
            var message = RandomFrames.Damaged(random);
            Assert.Equal(Accepts(message, null), Accepts(message, random));
        }
    }

    [Fact]
    public void A_hundred_thousand_hostile_sequences_meet_a_violation_or_pass_and_cost_no_memory()
    {
        var random = Seeded();
        var refused = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var sink = new CountingSink();
            var parser = new FrameParser(sink);
            var fed = 0L;
            var before = 0L;
            try
            {
                for (var count = random.Next(1, 5); count > 0; count--)
                {
                    var message = random.Next(3) == 0 ? RandomFrames.Valid(random) : RandomFrames.Damaged(random);
                    fed += message.Length;
                    before = GC.GetAllocatedBytesForCurrentThread();
                    RandomFrames.Feed(parser, message, random);
                    // A CLOSE frame's text is the only thing that the parser makes; the rest of the room is for what a first call costs.
                    Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
                }
            }
            catch (ProtocolViolationException)
            {
                refused++;
            }

            Assert.InRange(sink.DataBytes, 0, fed);
        }

        Assert.InRange(refused, 10_000, 99_999);
    }

    private static bool Accepts(byte[] message, Random? split)
    {
        var parser = new FrameParser(new CountingSink());
        try
        {
            if (split is null)
                parser.Read(message, endOfMessage: true);
            else
                RandomFrames.Feed(parser, message, split);
            return true;
        }
        catch (ProtocolViolationException)
        {
            return false;
        }
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

        public void OnDataStart(long offset) => Assert.True(offset >= 0);

        public void OnData(ReadOnlySpan<byte> piece) => DataBytes += piece.Length;

        public void OnPing(long token)
        {
        }

        public void OnPong(long token)
        {
        }

        public void OnClose(CloseReason reason, string text) => Assert.True(text.Length <= FrameFormat.MaxCloseText);
    }
}
