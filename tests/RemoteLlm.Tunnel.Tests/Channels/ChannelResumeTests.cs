using System.IO.Pipelines;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

/// <summary>One channel and what its peer hears of it over one socket after another.</summary>
public sealed class ChannelResumeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_not_acknowledged_is_sent_again_over_the_next_socket()
    {
        await using var peer = await RawPeer.OpenAsync(new ChannelOptions());
        await peer.WriteAsync("abcdef"u8.ToArray());
        Assert.Equal("ack 0, data at 0, bytes 616263646566", await peer.HearAsync());
        await peer.SendAsync(Frames.Data(2, 0, "xyz"u8));
        await peer.SyncAsync(2);
        await peer.LoseLineAsync();
        await peer.WriteAsync("gh"u8.ToArray());

        var claim = await peer.ResumeAsync(received: 4);

        Assert.Equal(3, claim.Received);
        Assert.Equal("ack 3, data at 4, bytes 6566", await peer.HearAsync());
        Assert.Equal("ack 3, data at 6, bytes 6768", await peer.HearAsync());
        await peer.SendAsync(Frames.Data(8, 3, "!"u8));
        await peer.SyncAsync(8);
        var read = await peer.Channel.Transport.Input.ReadAtLeastAsync(4, Token).OrHang();
        Assert.Equal("xyz!"u8.ToArray(), System.Buffers.BuffersExtensions.ToArray(read.Buffer));
        Assert.Equal((8, 0), (peer.Channel.BytesSent, peer.Channel.BytesUnacknowledged));
    }

    [Fact]
    public async Task A_newer_socket_takes_over_at_once_from_one_that_looks_alive()
    {
        await using var peer = await RawPeer.OpenAsync(new ChannelOptions());
        await peer.WriteAsync("abc"u8.ToArray());
        Assert.Equal("ack 0, data at 0, bytes 616263", await peer.HearAsync());
        var old = peer.Socket;

        await peer.ResumeAsync(received: 0);

        Assert.True(peer.Channel.LineUp);
        Assert.Equal("ack 0, data at 0, bytes 616263", await peer.HearAsync());
        // The old one hears nothing more, not even why: it may be half-open, and nobody waits for it.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            if ((await old.ReceiveAsync(new byte[100].AsMemory(), Token).OrHang()).Count == 0)
                throw new IOException("closed");
        });
    }

    [Fact]
    public async Task The_newest_of_two_claims_holds()
    {
        await using var peer = await RawPeer.OpenAsync(new ChannelOptions());
        var older = await peer.Channel.ClaimAsync();
        var newer = await peer.Channel.ClaimAsync();
        using var first = await WebSocketPair.OpenAsync();
        using var second = await WebSocketPair.OpenAsync();

        var carrying = peer.Channel.CarryAsync(newer, second.Broker, 0);

        Assert.Equal(CloseReason.TakenOver, (await peer.Channel.CarryAsync(older, first.Broker, 0).OrHang()).Reason);
        Assert.True(peer.Channel.LineUp);
        Assert.False(carrying.IsCompleted);
    }

    [Theory]
    [InlineData(4, "an acknowledgement is above what was sent")]
    [InlineData(1, "an acknowledgement fell")]
    public async Task A_resumption_from_where_the_peer_cannot_be_ends_the_channel(long received, string rule)
    {
        await using var peer = await RawPeer.OpenAsync(new ChannelOptions());
        await peer.WriteAsync("abc"u8.ToArray());
        Assert.Equal("ack 0, data at 0, bytes 616263", await peer.HearAsync());
        await peer.SendAsync(Frames.Ack(2));
        await peer.SyncAsync(2);
        await peer.LoseLineAsync();
        // Written, but never sent: it counts for nothing.
        await peer.WriteAsync("d"u8.ToArray());

        await peer.ResumeAsync(received);

        Assert.Equal($"ack 0, close ProtocolError {rule}", await peer.HearAsync());
        Assert.Equal(CloseReason.ProtocolError, (await peer.Channel.Ended.OrHang()).Reason);
    }

    [Fact]
    public async Task A_full_ring_sends_nothing_new_until_something_is_acknowledged()
    {
        await using var peer = await RawPeer.OpenAsync(new ChannelOptions { ReplayLimit = 64 * 1024 });
        var writing = peer.WriteAsync(new byte[300_000]);

        var heard = 0L;
        while (heard < 64 * 1024)
            heard += (await peer.ReceiveAsync()).Length - FrameFormat.DataHeader - FrameFormat.ChecksumLength;

        Assert.Equal(64 * 1024, heard);
        await peer.SendAsync(Frames.Ping(0, 5));
        Assert.Equal("ack 0, pong 5", await peer.HearAsync());
        Assert.False(writing.IsCompleted);
        await peer.SendAsync(Frames.Ack(100));
        Assert.Equal(100, (await peer.ReceiveAsync()).Length - FrameFormat.DataHeader - FrameFormat.ChecksumLength);
    }

    [Fact]
    public async Task What_is_received_is_acknowledged_after_100_ms_though_nothing_is_sent()
    {
        await using var peer = await RawPeer.OpenAsync();
        await peer.SendAsync(Frames.Data(0, 0, "abc"u8));
        await peer.Channel.Transport.Input.ReadAtLeastAsync(3, Token).OrHang();
        while (peer.Time.ArmedTimers < 2)
            await Task.Yield();

        peer.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal("ack 3", await peer.HearAsync());
    }

    [Fact]
    public async Task A_channel_whose_line_stays_away_ends_with_its_window()
    {
        await using var peer = await RawPeer.OpenAsync(new ChannelOptions());
        await peer.LoseLineAsync();
        peer.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(peer.Channel.Ended.IsCompleted);

        peer.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(CloseReason.Lost, (await peer.Channel.Ended.OrHang()).Reason);
        await Assert.ThrowsAsync<ChannelLostException>(() => peer.Channel.Transport.Input.ReadAsync(Token).OrHang());
        Assert.True((await peer.Channel.Transport.Output.WriteAsync(new byte[1], Token).OrHang()).IsCompleted);
        Assert.Equal(0, peer.Time.ArmedTimers);
    }

    [Fact]
    public async Task Each_loss_has_a_window_of_its_own()
    {
        await using var peer = await RawPeer.OpenAsync(new ChannelOptions());
        for (var loss = 0; loss < 3; loss++)
        {
            await peer.LoseLineAsync();
            peer.Time.Advance(TimeSpan.FromSeconds(59));
            await peer.ResumeAsync(received: 0);
        }

        await peer.SyncAsync();
        Assert.False(peer.Channel.Ended.IsCompleted);
    }

    [Fact]
    public async Task The_last_bytes_before_an_orderly_end_may_need_another_socket()
    {
        await using var peer = await RawPeer.OpenAsync(new ChannelOptions());
        await peer.LoseLineAsync();
        await peer.WriteAsync("last"u8.ToArray());
        var finishing = peer.Channel.FinishAsync();

        await peer.ResumeAsync(received: 0);

        Assert.Equal("ack 0, data at 0, bytes 6C617374", await peer.HearAsync());
        Assert.StartsWith("ack 0, ping ", await peer.HearAsync(), StringComparison.Ordinal);
        Assert.False(finishing.IsCompleted);
        await peer.SendAsync(Frames.Ack(4));
        Assert.Equal("ack 0, close Normal the connection above has ended", await peer.HearAsync());
        peer.Socket.Abort();
        Assert.Equal(CloseReason.Normal, (await finishing.OrHang()).Reason);
    }

    [Fact]
    public async Task By_the_systems_clock_too_every_window_ends()
    {
        // Timers fire by a coarser clock than the one that measures: some come a fraction of a millisecond early.
        var options = new ChannelOptions { ResumeWindow = TimeSpan.FromMilliseconds(300) };
        var channels = new List<Channel>();
        for (var count = 0; count < 200; count++)
        {
            var channel = new Channel(options, TimeProvider.System);
            var line = new MemoryLine(new Random(count), new MemoryLine.Fate(long.MaxValue, Stalls: false), new MemoryLine.Fate(long.MaxValue, Stalls: false));
            var carrying = channel.CarryAsync(default, line.Broker, 0);
            line.Cut();
            await carrying.OrHang();
            channels.Add(channel);
        }

        Assert.All(await Task.WhenAll(channels.Select(channel => channel.Ended)).OrHang(), end => Assert.Equal(CloseReason.Lost, end.Reason));
    }

    [Fact]
    public async Task Ends_takeovers_and_losses_in_the_same_moment_harm_nobody()
    {
        for (var round = 0; round < 500; round++)
        {
            var channel = new Channel(new ChannelOptions { ResumeWindow = TimeSpan.FromSeconds(round % 2) }, TimeProvider.System);
            var line = new MemoryLine(new Random(round), new MemoryLine.Fate(long.MaxValue, Stalls: false), new MemoryLine.Fate(long.MaxValue, Stalls: false));
            var carrying = channel.CarryAsync(default, line.Broker, 0);
            await Task.WhenAll(
                Task.Run(line.Cut, Token), Task.Run(channel.ClaimAsync, Token), Task.Run(() => channel.CloseAsync(CloseReason.Revoked, ""), Token), carrying).OrHang();
            await channel.Ended.OrHang();
        }
    }

    [Fact]
    public async Task A_channel_that_ended_between_welcome_and_socket_says_so_and_counts_right()
    {
        await using var peer = await RawPeer.OpenAsync(new ChannelOptions());
        await peer.SendAsync(Frames.Data(0, 0, "xyz"u8));
        await peer.SyncAsync();
        await peer.LoseLineAsync();
        await peer.Channel.CloseAsync(CloseReason.Revoked, "no more").OrHang();

        await peer.ResumeAsync(received: 0);

        Assert.Equal("ack 3, close Revoked no more", await peer.HearAsync());
    }

    [Fact]
    public async Task A_channel_that_no_socket_ever_carried_ends_too()
    {
        var time = new ManualTime();
        var channel = new Channel(new ChannelOptions(), time);

        time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(CloseReason.Lost, (await channel.Ended.OrHang()).Reason);
    }
}
