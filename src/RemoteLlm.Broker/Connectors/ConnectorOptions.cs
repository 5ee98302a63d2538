using System.ComponentModel.DataAnnotations;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Caps on what connectors may open.</summary>
public sealed class ConnectorOptions
{
    /// <summary>Channels that a session opens, 1 to 8. Default 2: a large upload on one does not delay the tokens of the other.</summary>
    [Range(1, 8)]
    public int ChannelsPerSession { get; set; } = 2;

    /// <summary>Sessions that one connector may have at once. Default 4: one, its successor, and room for restarts in a row.</summary>
    [Range(2, 100)]
    public int SessionsPerConnector { get; set; } = 4;

    /// <summary>Upgrade requests per address and minute, of connectors and of whoever pretends to be one. Default 600: 200 connectors of one office, thrice.</summary>
    [Range(10, 1_000_000)]
    public int DialsPerAddressPerMinute { get; set; } = 600;

    /// <summary>How long a session lives without its control connection. Default 60 s.</summary>
    public TimeSpan ControlGrace { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Plain-text tunnels from other machines are accepted. Default true: TLS usually ends at a proxy in front of the broker, which only the proxy can see.</summary>
    public bool AcceptPlainText { get; set; } = true;
}
