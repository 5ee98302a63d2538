using System.Net;

namespace RemoteLlm.Connector.Link;

/// <summary>How the connector reaches its broker.</summary>
public sealed class LinkOptions
{
    /// <summary>The broker. Required.</summary>
    public required BrokerAddress Broker { get; init; }

    /// <summary>Where the connector token comes from; read again when the broker does not know it. Required.</summary>
    public required TokenSource Token { get; init; }

    /// <summary>PEM file of a private certificate authority that the broker's certificate may come from, besides those of the system. Default none.</summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// The proxy through which the broker is dialled; null for none. Default that of the environment: <c>HTTPS_PROXY</c> for <c>https</c> brokers, <c>HTTP_PROXY</c> for
    /// <c>http</c>, else <c>ALL_PROXY</c>, of either case, with user and password in the address where it wants them, and except for what
    /// <c>NO_PROXY</c> names; on Windows and macOS else the system's. It must let <c>CONNECT</c> through. A broker on this machine is dialled without it, always.
    /// </summary>
    public IWebProxy? Proxy { get; init; } = HttpClient.DefaultProxy;

    /// <summary>What the operator calls this connector. The token decides; a difference is only remarked upon.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// How long a dial may wait for its connection, TLS included. Default 5 s: systems repeat an opening packet that was lost after 1, 2 and 4 s, a new dial sends
    /// one at once, and the line may be back by then.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one dial may take, handshake included. Default 10 s.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the next dial after the broker refused the token. Default 60 s: an operator has to act first.</summary>
    public TimeSpan RefusedWait { get; init; } = TimeSpan.FromSeconds(60);
}
