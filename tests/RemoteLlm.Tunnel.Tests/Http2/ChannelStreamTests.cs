using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Http2;

public sealed class ChannelStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_end_can_be_read_again_and_again()
    {
        await using var pair = await ChannelPair.OpenAsync();
        await using var stream = new ChannelStream(pair.Broker);
        await pair.Connector.Transport.Output.WriteAsync("ab"u8.ToArray(), Token);
        await pair.Connector.Transport.Output.CompleteAsync();
        var buffer = new byte[1];

        Assert.Equal(1, await stream.ReadAsync(buffer, Token).OrHang());
        Assert.Equal(1, await stream.ReadAsync(buffer, Token).OrHang());
        Assert.Equal(0, await stream.ReadAsync(buffer, Token).OrHang());
        Assert.Equal(0, await stream.ReadAsync(buffer, Token).OrHang());
    }

    [Fact]
    public async Task A_read_over_many_segments_says_how_much_it_took()
    {
        await using var pair = await ChannelPair.OpenAsync();
        await using var stream = new ChannelStream(pair.Broker);
        var sent = new byte[300_000];
        new Random(1).NextBytes(sent);
        await pair.Connector.Transport.Output.WriteAsync(sent, Token).OrHang();
        await pair.Connector.Transport.Output.CompleteAsync();

        using var received = new MemoryStream();
        var buffer = new byte[100_000];
        while (await stream.ReadAsync(buffer, Token).OrHang() is > 0 and var read)
            received.Write(buffer.AsSpan(0, read));

        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public async Task Writing_to_a_channel_that_has_ended_says_how_it_ended()
    {
        await using var pair = await ChannelPair.OpenAsync();
        await using var stream = new ChannelStream(pair.Broker);
        await pair.Connector.CloseAsync(CloseReason.ShuttingDown, "bye").OrHang();
        await pair.Broker.Ended.OrHang();

        var lost = await Assert.ThrowsAsync<ChannelLostException>(() => stream.WriteAsync(new byte[1], Token).OrHang());

        Assert.Equal(CloseReason.ShuttingDown, lost.End.Reason);
    }
}
