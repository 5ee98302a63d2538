using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Tunnel.Tests.Http2;

public class ChannelStreamTests
{
    [Fact]
    public async Task What_is_written_at_one_end_is_read_at_the_other_whatever_the_buffers()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var sent = new byte[1024 * 1024];
        new Random(1).NextBytes(sent);
        var (client, server) = await ConnectedSockets(cancellationToken);
        await using var near = Start(client, isServer: false);
        await using var far = Start(server, isServer: true);
        await using var from = new ChannelStream(near);
        await using var to = new ChannelStream(far);

        var writing = from.WriteAsync(sent, cancellationToken).AsTask();
        var received = new byte[sent.Length];
        var at = 0;
        // Larger and smaller than a segment of a pipe, and never a multiple of one.
        for (var size = 1; at < received.Length; size = (size * 7 % 99_991) + 1)
        {
            var wanted = received.AsMemory(at, Math.Min(size, received.Length - at));
            var read = await to.ReadAsync(wanted, cancellationToken).OrHang();
            Assert.InRange(read, 1, wanted.Length);
            at += read;
        }

        await writing.OrHang();
        Assert.True(received.AsSpan().SequenceEqual(sent), "the bytes that were read are not those that were written");
    }

    private static Channel Start(Socket socket, bool isServer) => Channel.Start(
        WebSocket.CreateFromStream(new NetworkStream(socket, ownsSocket: true), new WebSocketCreationOptions { IsServer = isServer }),
        new ChannelOptions(),
        TimeProvider.System);

    private static async Task<(Socket Client, Socket Server)> ConnectedSockets(CancellationToken cancellationToken)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, cancellationToken);
        return (client, await listener.AcceptAsync(cancellationToken));
    }
}
