using System.Net;
using System.Text;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Http2;

/// <summary>HTTP/2 client over one channel, at the broker. It never opens a second connection: when the channel has ended, requests fail at once.</summary>
public sealed class ChannelClient : HttpMessageInvoker
{
    // Handed to the handler's one connection, then null for ever.
    private Channel? _unused;
    private int _openStreams;

    private ChannelClient(Channel channel, SocketsHttpHandler handler)
        : base(handler, disposeHandler: true)
    {
        Channel = channel;
        _unused = channel;
        handler.ConnectCallback = (_, _) => Interlocked.Exchange(ref _unused, null) is { } first
            ? ValueTask.FromResult<Stream>(new ChannelStream(first))
            : ValueTask.FromException<Stream>(new IOException("The channel's HTTP/2 connection has ended."));
    }

    /// <summary>What requests inside the tunnel are addressed to. A constant: nothing of a client's text is in it.</summary>
    public static Uri Authority { get; } = new("http://connector");

    /// <summary>The channel below.</summary>
    public Channel Channel { get; }

    /// <summary>Requests under way, from sending to the end of their answer. See <see cref="Enter"/>.</summary>
    public int OpenStreams => Volatile.Read(ref _openStreams);

    /// <summary>Makes a client for a channel whose handshake is done.</summary>
    public static ChannelClient Create(Channel channel) => new(channel, new SocketsHttpHandler
    {
        // One connection, for as long as the channel lives.
        EnableMultipleHttp2Connections = false,
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        KeepAlivePingDelay = Timeout.InfiniteTimeSpan,
        // The memory that one reader who reads nothing can hold here; 100 Mbit/s for one stream at 80 ms.
        InitialHttp2StreamWindowSize = 1024 * 1024,
        MaxResponseHeadersLength = 64,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        // Kestrel reads header values as UTF-8: what a client sent goes on as it came.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    });

    /// <summary>Counts a request as under way; the caller says <see cref="Leave"/> on every path.</summary>
    public void Enter() => Interlocked.Increment(ref _openStreams);

    /// <summary>The end of a request that <see cref="Enter"/> counted.</summary>
    public void Leave() => Interlocked.Decrement(ref _openStreams);
}
