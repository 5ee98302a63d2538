using System.ComponentModel.DataAnnotations;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Caps on what connectors may open.</summary>
public sealed class ConnectorOptions
{
    /// <summary>Channels that a session opens, 1 to 8. Default 2: a large upload on one does not delay the tokens of the other.</summary>
    [Range(1, 8, ErrorMessage = "--channels-per-session is {1} to {2}.")]
    public int ChannelsPerSession { get; set; } = 2;

    /// <summary>Sessions that one connector may have at once, 2 to 100. Default 4: one, its successor, and room for restarts in a row.</summary>
    [Range(2, 100, ErrorMessage = "--sessions-per-connector is {1} to {2}: a connector that restarts has two for a moment.")]
    public int SessionsPerConnector { get; set; } = 4;

    /// <summary>
    /// Dials per address and minute in the long run, of connectors and of whoever pretends to be one, 10 to 1,000,000; half as many may come at once. Default 6,000:
    /// 500 connectors of one office dial 1,500 times at once when the broker restarts, and again where a first attempt fails.
    /// </summary>
    [Range(10, 1_000_000, ErrorMessage = "--dials-per-address is {1} to {2} a minute.")]
    public int DialsPerAddressPerMinute { get; set; } = 6_000;

    /// <summary>How long a session lives without its control connection. Default 60 s.</summary>
    public TimeSpan ControlGrace { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Tunnels from other machines are accepted over TLS only. Default false: TLS usually ends at a proxy in front of the broker, which only a trusted proxy's <c>X-Forwarded-Proto</c> shows.</summary>
    public bool RequireTls { get; set; }
}
