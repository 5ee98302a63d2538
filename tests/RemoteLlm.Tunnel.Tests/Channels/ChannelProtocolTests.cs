using System.Net.WebSockets;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class ChannelProtocolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> Violations() => new()
    {
        { "an acknowledgement is above what was sent", Frames.Ack(1) },
        { "an acknowledgement is above what was sent", Frames.Ping(1, 5) },
        { "an acknowledgement is above what was sent", Frames.Data(1, 0, "x"u8) },
        { "an offset does not follow what was received", Frames.Data(0, 1, "x"u8) },
        { "an offset is out of range", Frames.Ack(-1) },
        { "frame type 0x01 is unknown or out of place", Frames.Sealed([(byte)FrameType.Hello]) },
        { "a Ack frame has 4 bytes", Frames.Sealed([(byte)FrameType.Ack, 1, 2, 3]) },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_broken_rule_ends_the_channel_and_the_peer_is_told_which(string rule, byte[] message)
    {
        await using var peer = await RawPeer.OpenAsync();

        await peer.SendAsync(message);

        Assert.Equal($"ack 0, close ProtocolError {rule}", await peer.HearAsync());
        Assert.Equal("closed", await peer.HearAsync());
        peer.Socket.Abort();
        Assert.Equal(new ChannelEnd(CloseReason.ProtocolError, rule, ByPeer: false), await peer.Channel.Ended.OrHang());
        var lost = await Assert.ThrowsAsync<ChannelLostException>(() => peer.Channel.Transport.Input.ReadAsync(Token).OrHang());
        Assert.Equal(CloseReason.ProtocolError, lost.End.Reason);
    }

    public static TheoryData<string, byte[], WebSocketMessageType> Damages() => new()
    {
        { "a frame's checksum is wrong: the line changed it", [], WebSocketMessageType.Binary },
        { "a frame's checksum is wrong: the line changed it", [1, 2, 3, 4], WebSocketMessageType.Binary },
        { "a frame's checksum is wrong: the line changed it", Frames.Ack(0)[..^1], WebSocketMessageType.Binary },
        { "a message is not binary", "hello"u8.ToArray(), WebSocketMessageType.Text },
        { $"a message is longer than {FrameFormat.MaxFrame} bytes", new byte[FrameFormat.MaxFrame + 1], WebSocketMessageType.Binary },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_message_that_came_to_harm_costs_the_socket_and_not_the_channel(string what, byte[] message, WebSocketMessageType type)
    {
        await using var peer = await RawPeer.OpenAsync(new ChannelOptions());

        await peer.SendAsync(message, type);

        Assert.Equal($"ack 0, close Damaged {what}", await peer.HearAsync());
        Assert.Equal("closed", await peer.HearAsync());
        peer.Socket.Abort();
        await peer.UntilUncarriedAsync();
        Assert.False(peer.Channel.Ended.IsCompleted);
        peer.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(CloseReason.Lost, (await peer.Channel.Ended.OrHang()).Reason);
    }

    [Fact]
    public async Task An_acknowledgement_that_falls_is_refused()
    {
        await using var peer = await RawPeer.OpenAsync();
        await peer.Channel.Transport.Output.WriteAsync("abc"u8.ToArray(), Token);
        Assert.Equal("ack 0, data at 0, bytes 616263", await peer.HearAsync());

        await peer.SendAsync(Frames.Ack(3));
        await peer.SendAsync(Frames.Ack(2));

        Assert.Equal("ack 0, close ProtocolError an acknowledgement fell", await peer.HearAsync());
    }

    [Fact]
    public async Task Bytes_that_were_only_written_are_not_yet_sent()
    {
        using var sockets = await WebSocketPair.OpenAsync();
        using var gate = new GatedWebSocket(sockets.Broker);
        var channel = Carried.By(gate, new ChannelOptions(), new ManualTime());
        // The first frame is on its way, so three bytes count as sent; what is written after it waits in the queue.
        await channel.Transport.Output.WriteAsync("abc"u8.ToArray(), Token);
        while (channel.BytesSent == 0)
            await Task.Yield();
        await channel.Transport.Output.WriteAsync("def"u8.ToArray(), Token);

        await sockets.Connector.SendAsync(Frames.Ack(4), WebSocketMessageType.Binary, endOfMessage: true, Token);

        while (channel.LineUp)
            await Task.Yield();
        gate.Open();
        sockets.Connector.Abort();
        var lost = await Assert.ThrowsAsync<ChannelLostException>(() => channel.Transport.Input.ReadAsync(Token).OrHang());
        Assert.Equal("an acknowledgement is above what was sent", lost.End.Detail);
    }

    [Fact]
    public async Task Only_the_newest_of_many_pings_need_be_answered()
    {
        await using var peer = await RawPeer.OpenAsync();

        for (var token = 1; token <= 1000; token++)
            await peer.SendAsync(Frames.Ping(0, token));

        var answers = 0;
        string heard;
        do
        {
            heard = await peer.HearAsync();
            answers++;
            Assert.StartsWith("ack 0, pong ", heard, StringComparison.Ordinal);
        }
        while (heard != "ack 0, pong 1000");
        Assert.InRange(answers, 1, 1000);
    }
}
