using System.IO.Pipelines;
using System.Net.WebSockets;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class ChannelEndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Completing_the_output_ends_both_ends_cleanly_behind_the_last_byte()
    {
        await using var pair = await ChannelPair.OpenAsync();
        await pair.Connector.Transport.Output.WriteAsync("last words"u8.ToArray(), Token);

        await pair.Connector.Transport.Output.CompleteAsync();

        Assert.Equal("last words"u8.ToArray(), await ReadToEndAsync(pair.Broker.Transport.Input).OrHang());
        Assert.Equal(new ChannelEnd(CloseReason.Normal, "the connection above has ended", ByPeer: true), await pair.Broker.Ended.OrHang());
        Assert.Equal(new ChannelEnd(CloseReason.Normal, "the connection above has ended", ByPeer: false), await pair.Connector.Ended.OrHang());
        Assert.Empty(await ReadToEndAsync(pair.Connector.Transport.Input).OrHang());
        Assert.True((await pair.Broker.Transport.Output.FlushAsync(Token).OrHang()).IsCompleted);
    }

    [Theory]
    [InlineData(CloseReason.SessionEnded)]
    [InlineData(CloseReason.Replaced)]
    [InlineData(CloseReason.ShuttingDown)]
    [InlineData(CloseReason.Revoked)]
    [InlineData(CloseReason.TooManyChannels)]
    [InlineData(CloseReason.InternalError)]
    public async Task A_reason_reaches_the_other_side_and_is_an_error_to_what_is_above(CloseReason reason)
    {
        await using var pair = await ChannelPair.OpenAsync();
        var reading = pair.Connector.Transport.Input.ReadAsync(Token);

        var end = await pair.Broker.CloseAsync(reason, "because").OrHang();

        Assert.Equal(new ChannelEnd(reason, "because", ByPeer: false), end);
        Assert.Equal(new ChannelEnd(reason, "because", ByPeer: true), await pair.Connector.Ended.OrHang());
        Assert.Equal(reason, (await Assert.ThrowsAsync<ChannelLostException>(() => reading.OrHang())).End.Reason);
        Assert.True((await pair.Connector.Transport.Output.WriteAsync(new byte[1], Token).OrHang()).IsCompleted);
        await Assert.ThrowsAsync<ChannelLostException>(() => pair.Broker.Transport.Input.ReadAsync(Token).OrHang());
    }

    [Fact]
    public async Task The_first_end_wins()
    {
        await using var pair = await ChannelPair.OpenAsync();

        var first = pair.Broker.CloseAsync(CloseReason.Replaced, "first");
        var second = pair.Broker.CloseAsync(CloseReason.Revoked, "second");

        Assert.Equal("first", (await first.OrHang()).Detail);
        Assert.Equal("first", (await second.OrHang()).Detail);
        Assert.Equal("first", (await pair.Broker.CloseAsync(CloseReason.Normal, "third").OrHang()).Detail);
    }

    [Fact]
    public async Task A_cut_line_is_lost_at_both_ends()
    {
        await using var pair = await ChannelPair.OpenAsync();

        pair.Sockets.Cut();

        Assert.Equal(CloseReason.Lost, (await pair.Broker.Ended.OrHang()).Reason);
        Assert.Equal(CloseReason.Lost, (await pair.Connector.Ended.OrHang()).Reason);
        await Assert.ThrowsAsync<ChannelLostException>(() => pair.Broker.Transport.Input.ReadAsync(Token).OrHang());
    }

    [Fact]
    public async Task A_socket_closed_without_CLOSE_is_lost()
    {
        await using var peer = await RawPeer.OpenAsync();

        await peer.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Token);

        Assert.Equal(CloseReason.Lost, (await peer.Channel.Ended.OrHang()).Reason);
        await Assert.ThrowsAsync<ChannelLostException>(() => peer.Channel.Transport.Input.ReadAsync(Token).OrHang());
    }

    [Fact]
    public async Task An_end_that_the_peer_does_not_answer_is_forced_after_the_linger()
    {
        await using var peer = await RawPeer.OpenAsync();

        var closing = peer.Channel.CloseAsync(CloseReason.ShuttingDown, "bye");
        Assert.Equal("ack 0, close ShuttingDown bye", await peer.HearAsync());
        Assert.Equal("closed", await peer.HearAsync());
        Assert.False(closing.IsCompleted);

        peer.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(CloseReason.ShuttingDown, (await closing.OrHang()).Reason);
    }

    [Fact]
    public async Task Nothing_is_left_behind_after_the_end()
    {
        await using var pair = await ChannelPair.OpenAsync();
        Assert.Equal(2, pair.Time.ArmedTimers);

        await pair.Connector.Transport.Output.CompleteAsync();
        await Task.WhenAll(pair.Connector.Ended, pair.Broker.Ended).OrHang();

        Assert.Equal(0, pair.Time.ArmedTimers);
        Assert.Equal((WebSocketState.Closed, WebSocketState.Closed), (pair.Sockets.Connector.State, pair.Sockets.Broker.State));
        // Ends that come after the end are of no consequence.
        await pair.Connector.CloseAsync(CloseReason.Revoked, "late").OrHang();
        await pair.Connector.DisposeAsync();
        pair.Time.Advance(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_failure_above_ends_the_channel_as_an_internal_error()
    {
        await using var pair = await ChannelPair.OpenAsync();

        await pair.Connector.Transport.Output.CompleteAsync(new NotSupportedException("of the HTTP/2 layer"));

        Assert.Equal(CloseReason.InternalError, (await pair.Connector.Ended.OrHang()).Reason);
        Assert.Equal(CloseReason.InternalError, (await pair.Broker.Ended.OrHang()).Reason);
    }

    [Fact]
    public async Task What_comes_after_the_end_is_not_kept()
    {
        await using var peer = await RawPeer.OpenAsync();
        var closing = peer.Channel.CloseAsync(CloseReason.ShuttingDown, "bye");
        Assert.Equal("ack 0, close ShuttingDown bye", await peer.HearAsync());
        var payload = new byte[FrameFormat.MaxPayload];

        // Nobody reads the channel, and yet its socket is read: what was kept would stop the peer at a mebibyte.
        for (var offset = 0L; offset < 16 * 1024 * 1024; offset += payload.Length)
            await peer.SendAsync(Frames.Data(0, offset, payload));

        Assert.False(peer.Channel.Transport.Input.TryRead(out _));
        peer.Socket.Abort();
        await closing.OrHang();
    }

    [Fact]
    public async Task Ends_from_all_sides_at_once_are_one_end()
    {
        for (var round = 0; round < 200; round++)
        {
            var pair = await ChannelPair.OpenAsync();
            await Task.WhenAll(
                Task.Run(() => pair.Connector.CloseAsync(CloseReason.ShuttingDown, "a"), Token),
                Task.Run(() => pair.Broker.CloseAsync(CloseReason.Revoked, "b"), Token),
                Task.Run(async () => await pair.Connector.Transport.Output.CompleteAsync(), Token),
                Task.Run(async () => await pair.Broker.DisposeAsync(), Token)).OrHang();
            Assert.Equal(0, pair.Time.ArmedTimers);
            await pair.DisposeAsync();
        }
    }

    private static async Task<byte[]> ReadToEndAsync(PipeReader reader)
    {
        using var all = new MemoryStream();
        await reader.CopyToAsync(all, Token);
        return all.ToArray();
    }
}
