using System.Numerics;
using System.Security.Cryptography;

namespace RemoteLlm.Hosting.Tests.Testing.Faults;

public sealed class DamageTests
{
    private const int Length = 100_000;

    [Fact]
    public async Task Fragment_delivers_in_small_writes_and_leaves_the_bytes_alone()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        stage.Line.Up.Fragment(7);
        var bytes = RandomNumberGenerator.GetBytes(Length);

        var saying = ends.Near.Say(bytes);

        Assert.Equal(bytes, await ends.Far.Receive(Length));
        await saying;
        // Sizes of 1 to 7 are 4 on average.
        Assert.InRange(stage.Line.Up.Writes, Length / 5, Length / 3);
        Assert.Equal(0, stage.Line.Down.Writes);
    }

    [Fact]
    public async Task CorruptAfter_flips_one_bit_of_one_byte()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        stage.Line.Down.CorruptAfter(70_000);

        var saying = ends.Far.Say(new byte[Length]);

        var received = await ends.Near.Receive(Length);
        await saying;
        Assert.Equal(70_000, Assert.Single(received.Index(), hit => hit.Item != 0).Index);
        Assert.Equal(1, BitOperations.PopCount(received[70_000]));
        Assert.Equal((0, 1), (stage.Line.Up.Flips, stage.Line.Down.Flips));
    }

    [Theory]
    [InlineData(0.01, 800, 1200)]
    [InlineData(0.5, 49_000, 51_000)]
    [InlineData(1, Length, Length)]
    public async Task Corrupt_hits_each_byte_with_the_given_probability(double perByte, int least, int most)
    {
        var received = await Corrupted(42, perByte, chunk: Length);
        Assert.All(received, hit => Assert.InRange(BitOperations.PopCount(hit), 0, 1));
        Assert.InRange(received.Count(hit => hit != 0), least, most);
    }

    [Fact]
    public async Task The_same_seed_does_the_same_damage_however_the_bytes_were_written()
    {
        var once = await Corrupted(42, 0.01, chunk: Length);
        Assert.Equal(once, await Corrupted(42, 0.01, chunk: 1234));
        Assert.NotEqual(once, await Corrupted(43, 0.01, chunk: Length));
    }

    [Fact]
    public async Task Heal_ends_every_fault_and_forgets_those_to_come()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        stage.Line.Corrupt(1);
        stage.Line.Up.CorruptAfter(3);
        stage.Line.Up.CutAfter(5);
        stage.Line.Fragment(1);
        stage.Line.Delay(TimeSpan.FromHours(1));
        stage.Line.Throttle(1);
        stage.Line.Blackhole();

        stage.Line.Heal();

        await ends.Near.Say("as good as new");
        Assert.Equal("as good as new", await ends.Far.Hear(14));
        using var next = await stage.Connect();
    }

    private static async Task<byte[]> Corrupted(int seed, double perByte, int chunk)
    {
        await using var stage = new LineStage(seed);
        using var ends = await stage.Connect();
        stage.Line.Up.Corrupt(perByte);
        var saying = Task.Run(async () =>
        {
            for (var said = 0; said < Length; said += chunk)
                await ends.Near.Say(new byte[Math.Min(chunk, Length - said)]);
        });
        var received = await ends.Far.Receive(Length);
        await saying;
        Assert.Equal(stage.Line.Up.Flips, received.Count(hit => hit != 0));
        return received;
    }
}
