using System.Buffers;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class ReplayRingTests
{
    [Fact]
    public void Whatever_is_appended_and_released_what_is_between_can_be_read()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var capacity = random.Next(64 * 1024, 300_000);
            var ring = new ReplayRing(capacity);
            var all = new byte[2_000_000];
            random.NextBytes(all);
            while (ring.End < all.Length)
            {
                var length = (int)Math.Min(Math.Min(ring.Room, all.Length - ring.End), random.Next(70_000));
                ring.Append(new ReadOnlySequence<byte>(all, (int)ring.End, length));
                var from = random.NextInt64(ring.Start, ring.End + 1);
                var read = new byte[random.Next(1, 100_000)];
                var count = ring.CopyTo(from, read);
                Assert.Equal(Math.Min(read.Length, ring.End - from), count);
                Assert.True(read.AsSpan(0, count).SequenceEqual(all.AsSpan((int)from, count)));
                if (random.Next(2) == 0)
                    ring.Release(random.NextInt64(ring.Start, ring.End + 1));
                Assert.Equal(capacity - (ring.End - ring.Start), ring.Room);
            }

            ring.Clear();
            Assert.Equal((all.Length, capacity), (ring.Start, ring.Room));
        }
    }

    [Fact]
    public void More_than_fits_is_a_defect_of_the_caller()
    {
        var ring = new ReplayRing(64 * 1024);
        ring.Append(new ReadOnlySequence<byte>(new byte[64 * 1024]));

        Assert.Equal(0, ring.Room);
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Append(new ReadOnlySequence<byte>(new byte[1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Release(64 * 1024 + 1));
        ring.Release(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.CopyTo(9, new byte[1]));
        Assert.Equal(10, ring.Room);
    }
}
