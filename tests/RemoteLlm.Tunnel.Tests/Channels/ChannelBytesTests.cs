using System.Buffers;
using System.IO.Pipelines;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class ChannelBytesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_arrive_both_ways_in_order_whatever_the_sizes_of_writes_and_reads()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        for (var round = 0; round < 12; round++)
        {
            var random = new Random(seed + round);
            await using var pair = await ChannelPair.OpenAsync();
            var up = Bytes(random, random.Next(1, 3_000_000));
            var down = Bytes(random, random.Next(1, 3_000_000));

            var writing = Task.WhenAll(WriteAsync(pair.Connector, up, seed + 1), WriteAsync(pair.Broker, down, seed + 2));
            var atBroker = ReadAsync(pair.Broker, up.Length, seed + 3);
            var atConnector = ReadAsync(pair.Connector, down.Length, seed + 4);

            await Task.WhenAll(writing, atBroker, atConnector).OrHang();
            Assert.Equal(up, await atBroker);
            Assert.Equal(down, await atConnector);
            Assert.Equal((up.Length, down.Length), (pair.Broker.BytesReceived, pair.Broker.BytesSent));
        }
    }

    [Fact]
    public async Task A_receiver_with_nothing_to_send_acknowledges_64_KiB_by_itself()
    {
        await using var peer = await RawPeer.OpenAsync();
        var half = new byte[FrameFormat.AckEvery / 2];

        await peer.SendAsync(Frames.Data(0, 0, half));
        await peer.SendAsync(Frames.Data(0, half.Length, half));

        Assert.Equal($"ack {FrameFormat.AckEvery}", await peer.HearAsync());
    }

    [Fact]
    public async Task What_is_sent_carries_the_acknowledgement()
    {
        await using var peer = await RawPeer.OpenAsync();
        await peer.SendAsync(Frames.Data(0, 0, "12345"u8));
        await peer.SyncAsync();

        await peer.Channel.Transport.Output.WriteAsync("ab"u8.ToArray(), Token);

        Assert.Equal("ack 5, data at 0, bytes 6162", await peer.HearAsync());
        await peer.SendAsync(Frames.Ack(2));
        await peer.SyncAsync(2);
        Assert.False(peer.Channel.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_frame_in_several_fragments_is_one_frame()
    {
        await using var peer = await RawPeer.OpenAsync();
        var frame = Frames.Data(0, 0, "hello"u8);

        await peer.SendAsync(frame[..3], last: false);
        await peer.SendAsync(frame[3..19], last: false);
        await peer.SendAsync(frame[19..], last: false);
        await peer.SendAsync([]);

        var read = await peer.Channel.Transport.Input.ReadAtLeastAsync(5, Token).OrHang();
        Assert.Equal("hello"u8.ToArray(), read.Buffer.ToArray());
    }

    [Fact]
    public async Task No_more_than_128_KiB_lie_unsent_while_the_socket_takes_nothing()
    {
        using var sockets = await WebSocketPair.OpenAsync();
        using var gate = new GatedWebSocket(sockets.Connector);
        await using var far = Carried.By(sockets.Broker, new ChannelOptions(), TimeProvider.System);
        await using var channel = Carried.By(gate, new ChannelOptions(), TimeProvider.System);
        var output = channel.Transport.Output;
        var accepted = 0;

        Task<FlushResult> flush;
        do
        {
            accepted += 4096;
            flush = output.WriteAsync(new byte[4096], Token).AsTask();
        }
        while (flush.IsCompleted);

        // What fills the queue, and the first frame, which the sender had taken out of it when the line was full already.
        Assert.InRange(accepted, 64 * 1024, 64 * 1024 + FrameFormat.SendPayload + 4096);
        gate.Open();
        await flush.OrHang();
        var arrived = await far.Transport.Input.ReadAtLeastAsync(accepted, Token).OrHang();
        Assert.Equal(accepted, arrived.Buffer.Length);
    }

    [Fact]
    public async Task A_sender_waits_while_nobody_reads_at_the_other_end()
    {
        await using var pair = await ChannelPair.OpenAsync(new ChannelOptions { UnreadLimit = 64 * 1024 });
        var random = new Random(1);
        // More than both ends and the system's buffers hold.
        var sent = Bytes(random, 32 * 1024 * 1024);

        var writing = WriteAsync(pair.Connector, sent, 1);
        var first = await pair.Broker.Transport.Input.ReadAtLeastAsync(64 * 1024, Token).OrHang();
        Assert.InRange(first.Buffer.Length, 64 * 1024, 64 * 1024 + 2 * FrameFormat.MaxPayload);
        Assert.False(writing.IsCompleted);
        pair.Broker.Transport.Input.AdvanceTo(first.Buffer.Start);

        Assert.Equal(sent, await ReadAsync(pair.Broker, sent.Length, 2).OrHang());
        await writing.OrHang();
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteAsync(Channel channel, byte[] bytes, int seed)
    {
        var random = new Random(seed);
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(3) == 0 ? 200_000 : 3000));
            await channel.Transport.Output.WriteAsync(bytes.AsMemory(at, length), Token);
            at += length;
        }
    }

    private static async Task<byte[]> ReadAsync(Channel channel, int length, int seed)
    {
        var random = new Random(seed);
        using var all = new MemoryStream(length);
        while (all.Length < length)
        {
            var read = await channel.Transport.Input.ReadAsync(Token);
            Assert.False(read.IsCompleted);
            var taken = read.Buffer.Slice(0, random.NextInt64(1, read.Buffer.Length + 1));
            foreach (var segment in taken)
                all.Write(segment.Span);
            channel.Transport.Input.AdvanceTo(taken.End);
        }

        return all.ToArray();
    }
}
