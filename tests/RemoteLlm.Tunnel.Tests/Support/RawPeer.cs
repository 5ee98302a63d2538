using System.Net.WebSockets;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Tests.Support;

/// <summary>One channel under test, and a bare WebSocket at the other end that can say whatever a test wants.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly List<WebSocketPair> _former = [];
    private WebSocketPair _sockets;

    private RawPeer(WebSocketPair sockets, ChannelOptions options)
    {
        _sockets = sockets;
        Channel = Carried.By(sockets.Broker, options, Time);
    }

    public ManualTime Time { get; } = new();

    public Channel Channel { get; }

    public WebSocket Socket => _sockets.Connector;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<RawPeer> OpenAsync(ChannelOptions? options = null) => new(await WebSocketPair.OpenAsync(), options ?? new ChannelOptions { ResumeWindow = TimeSpan.Zero });

    public Task SendAsync(byte[] frame, WebSocketMessageType type = WebSocketMessageType.Binary, bool last = true) => Socket.SendAsync(frame, type, last, Token).OrHang();

    /// <summary>Writes from above the channel.</summary>
    public Task WriteAsync(byte[] bytes) => Channel.Transport.Output.WriteAsync(bytes, Token).AsTask();

    /// <summary>The line breaks. Returns when the channel waits for its next socket.</summary>
    public async Task LoseLineAsync()
    {
        _sockets.Cut();
        await UntilUncarriedAsync();
    }

    /// <summary>Waits until the channel waits for its next socket.</summary>
    public async Task UntilUncarriedAsync()
    {
        for (var changed = Channel.LineChanged; Channel.IsCarried; changed = Channel.LineChanged)
            await changed.OrHang();
    }

    /// <summary>Puts another socket under the channel; what this says and hears goes over that one from here on.</summary>
    public async Task<ChannelClaim> ResumeAsync(long received)
    {
        var claim = await Channel.ClaimAsync().OrHang();
        _former.Add(_sockets);
        _sockets = await WebSocketPair.OpenAsync();
        _ = Channel.CarryAsync(claim, _sockets.Broker, received);
        return claim;
    }

    /// <summary>The next message; empty when the socket was closed.</summary>
    public async Task<byte[]> ReceiveAsync()
    {
        var buffer = new byte[FrameFormat.MaxFrame];
        var length = 0;
        while (true)
        {
            var result = await Socket.ReceiveAsync(buffer.AsMemory(length), Token).OrHang();
            length += result.Count;
            if (result.EndOfMessage || result.MessageType == WebSocketMessageType.Close)
                return buffer[..length];
        }
    }

    /// <summary>What the next message says, in the words of <see cref="FrameLog"/>.</summary>
    public async Task<string> HearAsync()
    {
        var message = await ReceiveAsync();
        if (message.Length == 0)
            return "closed";
        var log = new FrameLog();
        FrameReader.Read(message, log);
        return string.Join(", ", log.Calls);
    }

    /// <summary>Returns when the channel has taken everything that was sent before.</summary>
    public async Task SyncAsync(long ack = 0)
    {
        await SendAsync(Frames.Ping(ack, 77));
        while (!(await HearAsync()).EndsWith("pong 77", StringComparison.Ordinal))
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        Socket.Abort();
        await Channel.CloseAsync(CloseReason.Normal, "the test is over").OrHang();
        _sockets.Dispose();
        _former.ForEach(sockets => sockets.Dispose());
    }
}
