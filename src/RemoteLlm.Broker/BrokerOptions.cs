using System.ComponentModel.DataAnnotations;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Portal;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker;

/// <summary>Settings of a broker.</summary>
public sealed class BrokerOptions
{
    /// <summary>Where the API and the tunnel are served, separated by semicolons. Default <c>http://127.0.0.1:5080</c>.</summary>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:5080";

    /// <summary>Folder of <c>users.yaml</c> and <c>connectors.yaml</c>; made when missing. Default <c>./data</c>.</summary>
    [Required]
    public string Data { get; set; } = "./data";

    /// <summary>Keys besides those of <c>users.yaml</c>, as <c>REMOTELLM_API_KEYS</c> has them. Must not reach a log.</summary>
    public string? ApiKeys { get; set; }

    /// <summary>Request limits of users for whom <c>users.yaml</c> says nothing. Default 60 a minute, burst 10.</summary>
    public RequestLimits DefaultLimits { get; set; } = RequestLimits.Default;

    /// <summary>Accept every request without a key. Development only: refused unless every address of <see cref="Urls"/> is loopback.</summary>
    public bool NoAuth { get; set; }

    /// <summary>Largest request body, bytes. Default 50 MB: a chat with several large images.</summary>
    [Range(1024, 4L * 1024 * 1024 * 1024)]
    public long MaxBody { get; set; } = 50 * 1024 * 1024;

    /// <summary>Most bytes of request bodies that wait in files at once; a body that would go beyond gets 503. Default 2 GiB.</summary>
    [Range(0, long.MaxValue)]
    public long MaxSpool { get; set; } = BodySpool.DefaultLimit;

    /// <summary>Longest time in which a client takes nothing of its answer before it is cut. Default 5 min; zero is no limit.</summary>
    public TimeSpan ClientWriteTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a request may wait for a connector that serves its model but is not there at the moment. Default 5 s, in which a line that dropped is
    /// usually back and a connector restarted; zero is not at all.
    /// </summary>
    public TimeSpan ConnectorWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long running requests may take to finish when the broker stops. Default 120 s.</summary>
    public TimeSpan DrainGrace { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Addresses of the management port; null for the default, loopback 9464 or the next free one.</summary>
    public string? ManagementUrls { get; set; }

    /// <summary>
    /// Addresses or networks, separated by commas, of the proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed. Default
    /// loopback: a proxy on the same machine. Whom the broker takes for the client is who is throttled.
    /// </summary>
    public string TrustedProxies { get; set; } = "127.0.0.0/8,::1/128";

    /// <summary>
    /// Origins of web pages that may call the API from a browser, separated by commas: <c>https://app.example.org</c>, <c>https://*.example.org</c> for every name
    /// below, or <c>*</c>. Default none.
    /// </summary>
    public string? CorsOrigins { get; set; }

    /// <summary>The broker's ends of channels.</summary>
    public ChannelOptions Channels { get; } = new();

    /// <summary>Caps on what connectors may open.</summary>
    public ConnectorOptions Connectors { get; } = new();

    /// <summary>The settings as the command took them and from where, for operators; empty where a program gave them.</summary>
    public IReadOnlyList<SettingInForce> InForce { get; set; } = [];

    /// <summary>The pages where people log in and make keys.</summary>
    public PortalOptions Portal { get; } = new();
}
