using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Connector.Link;

/// <summary>Opens WebSockets to the broker with the connector's token, the operator's certificate authority and a short send queue.</summary>
internal sealed class BrokerDialer : IDisposable
{
    private readonly LinkOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _invoker;

    public BrokerDialer(LinkOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        var handler = new SocketsHttpHandler { ConnectCallback = ConnectAsync, ActivityHeadersPropagator = null };
        if (options.CaFile is { } file)
            handler.SslOptions.CertificateChainPolicy = TrustAlso(file);
        _invoker = new HttpMessageInvoker(handler);
    }

    /// <summary>Dials <paramref name="path"/> of the broker.</summary>
    public async Task<DialResult> DialAsync(string path, string? subprotocol, CancellationToken cancellationToken)
    {
        if (!_options.Token.TryRead(out var token, out var problem))
            return new DialResult(null, HttpStatusCode.Unauthorized, null, problem);

        var digest = ConnectorToken.Hash(token);
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        socket.Options.CollectHttpResponseDetails = true;
        // The channel has its own liveness; these keep proxies on the way from closing a quiet line.
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        if (subprotocol is not null)
            socket.Options.AddSubProtocol(subprotocol);
        using var timeout = new CancellationTokenSource(_options.DialTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(_options.Broker.WebSocket(path), _invoker, either.Token);
            return new DialResult(socket, HttpStatusCode.SwitchingProtocols, null, "", digest);
        }
        catch (Exception exception) when (exception is WebSocketException or HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = Explain(socket, exception, timeout.IsCancellationRequested) with { Token = digest };
            socket.Dispose();
            return result;
        }
    }

    /// <summary>Waits before the next dial, and returns early when there is another token than the one that <paramref name="last"/> presented.</summary>
    public Task PauseAsync(DialResult last, TimeSpan wait, CancellationToken cancellationToken) => _options.Token.PauseAsync(last.Token, wait, _time, cancellationToken);

    public void Dispose() => _invoker.Dispose();

    private DialResult Explain(ClientWebSocket socket, Exception exception, bool timedOut)
    {
        var status = socket.HttpStatusCode == default ? (HttpStatusCode?)null : socket.HttpStatusCode;
        var problem = status switch
        {
            HttpStatusCode.Unauthorized => "the broker does not know this token: make one with `remotellm connectors add NAME` at the broker",
            HttpStatusCode.Forbidden => "the broker refuses this token: ask its operator",
            HttpStatusCode.NotFound => "there is no RemoteLlm broker at this address",
            HttpStatusCode.ServiceUnavailable => "the broker is stopping or not ready",
            { } other => string.Create(CultureInfo.InvariantCulture, $"the broker answered {(int)other}"),
            null when timedOut => string.Create(CultureInfo.InvariantCulture, $"the broker did not answer within {_options.DialTimeout.TotalSeconds:0.#} s"),
            null => Innermost(exception),
        };
        return new DialResult(null, status, RetryAfter(socket), problem);
    }

    private static TimeSpan? RetryAfter(ClientWebSocket socket) =>
        socket.HttpResponseHeaders is { } headers && headers.TryGetValue("Retry-After", out var values)
        && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, 600))
            : null;

    private static string Innermost(Exception exception)
    {
        var inner = exception;
        while (inner.InnerException is not null)
            inner = inner.InnerException;
        return inner.Message;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            SendQueue.Limit(socket);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The system's authorities stay trusted: a broker may move from a private certificate to a public one.
    private static X509ChainPolicy TrustAlso(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        system.Open(OpenFlags.ReadOnly);
        policy.CustomTrustStore.AddRange(system.Certificates);
        return policy;
    }
}
