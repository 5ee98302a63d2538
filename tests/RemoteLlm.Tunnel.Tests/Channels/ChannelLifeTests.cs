using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class ChannelLifeTests
{
    [Fact]
    public async Task Silence_of_5_s_brings_a_ping_and_its_pong_the_round_trip()
    {
        await using var peer = await RawPeer.OpenAsync();
        Assert.Null(peer.Channel.RoundTrip);

        peer.Time.Advance(TimeSpan.FromSeconds(5));

        var heard = await peer.HearAsync();
        Assert.StartsWith("ack 0, ping ", heard, StringComparison.Ordinal);
        peer.Time.Advance(TimeSpan.FromMilliseconds(40));
        await peer.SendAsync(Frames.Pong(0, long.Parse(heard["ack 0, ping ".Length..])));
        await peer.SyncAsync();
        Assert.Equal(TimeSpan.FromMilliseconds(40), peer.Channel.RoundTrip);
    }

    [Fact]
    public async Task A_pong_that_answers_no_ping_of_ours_measures_nothing()
    {
        await using var peer = await RawPeer.OpenAsync();

        await peer.SendAsync(Frames.Pong(0, 12345));
        await peer.SendAsync(Frames.Pong(0, 0));
        await peer.SendAsync(Frames.Pong(0, long.MinValue));
        await peer.SyncAsync();

        Assert.Null(peer.Channel.RoundTrip);
    }

    [Fact]
    public async Task Silence_of_12_s_is_death()
    {
        await using var peer = await RawPeer.OpenAsync();

        peer.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.StartsWith("ack 0, ping ", await peer.HearAsync(), StringComparison.Ordinal);
        Assert.False(peer.Channel.Ended.IsCompleted);
        peer.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(CloseReason.Dead, (await peer.Channel.Ended.OrHang()).Reason);
        Assert.Equal(0, peer.Time.ArmedTimers);
    }

    [Fact]
    public async Task Any_frame_is_a_sign_of_life()
    {
        await using var peer = await RawPeer.OpenAsync();

        for (var second = 0; second < 60; second += 4)
        {
            peer.Time.Advance(TimeSpan.FromSeconds(4));
            await peer.SyncAsync();
        }

        Assert.False(peer.Channel.Ended.IsCompleted);
    }
}
