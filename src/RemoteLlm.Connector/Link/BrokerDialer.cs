using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Link;

/// <summary>Opens WebSockets to the broker with the connector's token, through the operator's proxy and with the operator's certificate authority.</summary>
internal sealed class BrokerDialer : IDisposable
{
    private readonly LinkOptions _options;
    private readonly TimeProvider _time;
    private readonly X509ChainPolicy? _trust;

    public BrokerDialer(LinkOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _trust = options.CaFile is { } file ? TrustAlso(file) : null;
    }

    /// <summary>Dials <paramref name="path"/> of the broker. Whatever goes wrong is in the result; only the caller's cancellation is thrown.</summary>
    public async Task<DialResult> DialAsync(string path, string? subprotocol, CancellationToken cancellationToken)
    {
        if (!_options.Token.TryRead(out var token, out var problem))
            return new DialResult(null, HttpStatusCode.Unauthorized, null, problem);

        var digest = ConnectorToken.Hash(token);
        var address = _options.Broker.WebSocket(path);
        var line = new DialLine(_options, address);
        using var timeout = new CancellationTokenSource(_options.DialTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var socket = WebSocketFor(token, subprotocol);
        try
        {
            // A handler of its own, so that each dial resolves the name anew and makes a connection of its own: a pool would reuse one on which a refusal came,
            // or wait for another dial's attempt at an address of yesterday. Disposing it does not touch the open socket.
            using var invoker = new HttpMessageInvoker(line.CreateHandler(_trust));
            await socket.ConnectAsync(address, invoker, either.Token);
            return new DialResult(socket, HttpStatusCode.SwitchingProtocols, null, "", digest);
        }
        catch (Exception exception)
        {
            var status = socket.HttpStatusCode == default ? (HttpStatusCode?)null : socket.HttpStatusCode;
            var retryAfter = RetryAfterHeader.Read(status, socket.HttpResponseHeaders, _time);
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            var words = DialProblem.Describe(status, exception, line, _options, timeout.IsCancellationRequested);
            return new DialResult(null, status, retryAfter, words, digest);
        }
    }

    /// <summary>Waits before the next dial, and returns early when there is another token than the one that <paramref name="last"/> presented.</summary>
    public Task PauseAsync(DialResult last, TimeSpan wait, CancellationToken cancellationToken) => _options.Token.PauseAsync(last.Token, wait, _time, cancellationToken);

    public void Dispose()
    {
        foreach (var certificate in _trust?.CustomTrustStore ?? [])
            certificate.Dispose();
    }

    private static ClientWebSocket WebSocketFor(string token, string? subprotocol)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        socket.Options.CollectHttpResponseDetails = true;
        // The channel has its own liveness; these keep proxies on the way from closing a quiet line.
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        if (subprotocol is not null)
            socket.Options.AddSubProtocol(subprotocol);
        return socket;
    }

    // The system's authorities stay trusted: a broker may move from a private certificate to a public one.
    internal static X509ChainPolicy TrustAlso(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        system.Open(OpenFlags.ReadOnly);
        policy.CustomTrustStore.AddRange(system.Certificates);
        return policy;
    }
}
