using System.Globalization;
using System.IO.Pipelines;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

/// <summary>
/// The law of a channel: whatever the schedule of cuts, stalls and takeovers, each end reads what the other wrote, every byte once and in order.
/// <c>REMOTELLM_SCHEDULES=10000</c> runs more of them, <c>REMOTELLM_SEED</c> the same ones again.
/// </summary>
public sealed class ResumeProperties
{
    private static readonly int s_schedules = Draws.FromEnvironment("REMOTELLM_SCHEDULES") ?? 200;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_schedule_of_cuts_and_stalls_delivers_what_was_sent()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}, {s_schedules} schedules");
        var lines = 0;
        await Parallel.ForAsync(0, s_schedules, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (schedule, _) =>
        {
            var used = await RunAsync(Draws.Seed + schedule);
            Interlocked.Add(ref lines, used);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{lines} lines were used up");
        // Or the schedules harm nothing, and the test proves nothing.
        Assert.True(lines > s_schedules * 3, $"only {lines} lines for {s_schedules} schedules");
    }

    private static async Task<int> RunAsync(int seed)
    {
        var random = new Random(seed);
        var options = new ChannelOptions
        {
            ResumeWindow = TimeSpan.FromDays(1),
            ReplayLimit = 64 * 1024 << random.Next(4),
            UnsentLimit = 4096 << random.Next(6),
            UnreadLimit = 64 * 1024 << random.Next(3),
        };
        var time = new FastTime(100);
        var (connector, broker) = (new Channel(options, time), new Channel(options, time));
        var (up, down) = (Bytes(random), Bytes(random));
        var delivery = Task.WhenAll(
            WriteAsync(connector.Transport.Output, up, random.Next()), WriteAsync(broker.Transport.Output, down, random.Next()),
            ReadAsync(broker.Transport.Input, up, random.Next(), $"up, seed {seed}"), ReadAsync(connector.Transport.Input, down, random.Next(), $"down, seed {seed}"));

        var lines = 0;
        while (!delivery.IsCompleted)
        {
            var (fateUp, fateDown) = (Fate(random), Fate(random));
            var line = new MemoryLine(random, fateUp, fateDown);
            lines++;
            // The one may have noticed that its socket is gone when the other has not: it is taken over then.
            var (claimOfConnector, claimOfBroker) = (await connector.ClaimAsync().OrHang($"a claim, seed {seed}"), await broker.ClaimAsync().OrHang($"a claim, seed {seed}"));
            var carrying = (Up: connector.CarryAsync(claimOfConnector, line.Connector, claimOfBroker.Received), Down: broker.CarryAsync(claimOfBroker, line.Broker, claimOfConnector.Received));
            await Task.WhenAny(delivery, random.Next(2) == 0 ? carrying.Up : carrying.Down, random.Next(10) == 0 ? Task.Delay(TimeSpan.FromSeconds(random.Next(6)), time, Token) : carrying.Down).OrHang($"the end of a line, seed {seed}");
        }

        await delivery.OrHang($"what was sent, seed {seed}");
        Assert.Equal((up.Length, down.Length), (broker.BytesReceived, connector.BytesReceived));
        Assert.Equal((up.Length, down.Length), (connector.BytesSent, broker.BytesSent));
        await Task.WhenAll(connector.CloseAsync(CloseReason.ShuttingDown, ""), broker.CloseAsync(CloseReason.ShuttingDown, "")).OrHang($"the end, seed {seed}");
        return lines;
    }

    // Most lines die young, some in the first bytes; one in eight falls silent instead.
    private static MemoryLine.Fate Fate(Random random) => new(random.Next(random.Next(5) switch { 0 => 30, 1 => 300, 2 => 20_000, _ => 150_000 }), Stalls: random.Next(8) == 0);

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(10) == 0 ? random.Next(10) : random.Next(1, 400_000)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteAsync(PipeWriter output, byte[] bytes, int seed)
    {
        var random = new Random(seed);
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(3) switch { 0 => 10, 1 => 1000, _ => 100_000 }));
            var flushed = await output.WriteAsync(bytes.AsMemory(at, length), Token);
            Assert.False(flushed.IsCompleted);
            at += length;
        }
    }

    private static async Task ReadAsync(PipeReader input, byte[] expected, int seed, string what)
    {
        var random = new Random(seed);
        for (var at = 0; at < expected.Length;)
        {
            var read = await input.ReadAsync(Token);
            Assert.False(read.IsCompleted, what);
            Assert.True(at + read.Buffer.Length <= expected.Length, $"more came than was sent: {what}");
            var taken = read.Buffer.Slice(0, random.NextInt64(1, read.Buffer.Length + 1));
            foreach (var piece in taken)
            {
                Assert.True(piece.Span.SequenceEqual(expected.AsSpan(at, piece.Length)), $"other bytes than were sent, from {at}: {what}");
                at += piece.Length;
            }

            input.AdvanceTo(taken.End);
        }
    }
}
