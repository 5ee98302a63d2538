using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Connector.Link;

/// <summary>The way of one dial: straight to the broker or through a proxy, with a short send queue.</summary>
internal sealed class DialLine
{
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(2);

    private readonly LinkOptions _options;
    private readonly IWebProxy? _proxy;

    public DialLine(LinkOptions options, Uri address)
    {
        _options = options;
        // No proxy leads back to this machine: the demo works in an office, and so does a broker beside its connector.
        _proxy = options.Broker.IsThisMachine || options.Proxy?.IsBypassed(address) != false ? null : options.Proxy;
        Proxy = _proxy?.GetProxy(address) is { } proxy ? $"{proxy.Host}:{proxy.Port}" : null;
    }

    /// <summary>Host and port of the proxy, never its credentials; null without one.</summary>
    public string? Proxy { get; }

    /// <summary>Whether there was a TCP connection at all: to the proxy where there is one, else to the broker.</summary>
    public bool Reached { get; private set; }

    /// <summary>What carries the request of this dial. <c>ws</c> goes through a proxy by <c>CONNECT</c> just as <c>wss</c> does.</summary>
    public SocketsHttpHandler CreateHandler(X509ChainPolicy? trust)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = _options.ConnectTimeout,
            ActivityHeadersPropagator = null,
            // The token goes to the broker that the operator named, and to nobody else.
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = _proxy,
            UseProxy = _proxy is not null,
        };
        // A copy: dials run at the same time, and a chain that is being built adds to its policy.
        handler.SslOptions.CertificateChainPolicy = trust?.Clone();
        return handler;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        for (var tried = 0; ; tried++)
        {
            // A name may have an address that leads nowhere, such as one of a broken IPv6: it must not use up the time of the others.
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (tried < addresses.Length - 1)
                turn.CancelAfter(s_turn);
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[tried], context.DnsEndPoint.Port), turn.Token);
            }
            catch (Exception exception) when (tried < addresses.Length - 1 && !cancellationToken.IsCancellationRequested && exception is (SocketException or OperationCanceledException))
            {
                // The next one may be better.
            }
        }
    }

    private async Task<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            SendQueue.Limit(socket);
            await socket.ConnectAsync(address, cancellationToken);
            Reached = true;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
