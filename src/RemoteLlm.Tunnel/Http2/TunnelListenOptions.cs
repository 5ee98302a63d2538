using Microsoft.AspNetCore.Connections;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace RemoteLlm.Tunnel.Http2;

/// <summary>Makes a Kestrel server listen to channels, with the limits that a tunnel needs. Each number is from DESIGN.md, <em>rules of the tunnel</em>.</summary>
public static class TunnelListenOptions
{
    /// <summary>Requests that one channel carries at once. Kestrel's default of 100 would make the 101st wait unseen.</summary>
    public const int MaxStreams = 4096;

    /// <summary>Largest header block of a request inside the tunnel, bytes. The edge allows 16 KB; the rest is room for what the broker adds.</summary>
    public const int MaxHeaders = 64 * 1024;

    /// <summary>Registers <paramref name="listener"/> as the transport of <see cref="TunnelEndPoint"/>.</summary>
    public static IServiceCollection AddTunnelListener(this IServiceCollection services, ChannelListener listener) =>
        services.AddSingleton(listener).AddSingleton<IConnectionListenerFactory>(listener);

    /// <summary>Listens to channels and sets the server's limits.</summary>
    /// <remarks>
    /// The server sets no limit on bodies: one that it refused could not be read to its end any more, and that would end the channel. Whoever holds
    /// the body limits it (<see cref="Forwarding.HeldBody"/>).
    /// </remarks>
    /// <param name="kestrel">The server's options.</param>
    public static void ListenToTunnel(this KestrelServerOptions kestrel)
    {
        var limits = kestrel.Limits;
        // The channel decides what is dead; an idle tunnel is a healthy one. Kestrel adds this to a timestamp: a larger span, infinity
        // included, overflows there and closes every idle connection at the next tick of its clock.
        limits.KeepAliveTimeout = TimeSpan.FromDays(365);
        // Longer than any resume window: headers that are cut in two wait for the next socket like everything else.
        limits.RequestHeadersTimeout = TimeSpan.FromHours(2);
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestBodySize = null;
        limits.MaxRequestHeadersTotalSize = MaxHeaders;
        limits.MaxRequestHeaderCount = 400;
        limits.Http2.MaxStreamsPerConnection = MaxStreams;
        limits.Http2.MaxRequestHeaderFieldSize = MaxHeaders;
        // 20 MiB at 80 ms round trip: 4.1 s with the defaults, 0.4 s with these. Bodies are read at once, so a window is not memory.
        limits.Http2.InitialStreamWindowSize = 8 * 1024 * 1024;
        limits.Http2.InitialConnectionWindowSize = 16 * 1024 * 1024;
        kestrel.AddServerHeader = false;
        // As the client at the other end reads them, and as servers send them.
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.UTF8;
        kestrel.Listen(new TunnelEndPoint(), listen => listen.Protocols = HttpProtocols.Http2);
    }
}
