namespace RemoteLlm.Connector.Status;

/// <summary>What <c>GET /status</c> on the management port says, in JSON with <c>snake_case</c> names. Never a secret, nor what was asked or answered.</summary>
public sealed record StatusReport
{
    /// <summary>The path on the management port.</summary>
    public const string Path = "/status";

    /// <summary>The release of the connector.</summary>
    public required string Version { get; init; }

    /// <summary>Its process: by this one knows that it is the connector of a run file.</summary>
    public required int Pid { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long ago that was, seconds.</summary>
    public required long Uptime { get; init; }

    /// <summary>The way to the broker; null for a connector that has none.</summary>
    public LinkStanding? Link { get; init; }

    /// <summary>Whether the owner shares now, and what is narrowed.</summary>
    public SharingReport? Sharing { get; init; }

    /// <summary>Requests being served now, those that wait among them.</summary>
    public int Active { get; init; }

    /// <summary>Requests that wait for a server.</summary>
    public int Waiting { get; init; }

    /// <summary>Usage records that wait for the broker's ledger.</summary>
    public int UsageWaiting { get; init; }

    /// <summary>Events that the figures below, the metrics or the log missed because they were too slow. 0 when all is well.</summary>
    public long EventsDropped { get; init; }

    /// <summary>The servers.</summary>
    public IReadOnlyList<ServerStanding> Servers { get; init; } = [];

    /// <summary>All requests since the start.</summary>
    public required StatusRow Total { get; init; }

    /// <summary>The same by server and model.</summary>
    public IReadOnlyList<StatusRow> Rows { get; init; } = [];
}

/// <summary>How the link to the broker stands.</summary>
/// <param name="Broker">Its address; null where the connector serves its LAN port alone.</param>
/// <param name="Up">Whether requests can come.</param>
public sealed record LinkStanding(string? Broker, bool Up)
{
    /// <summary>The name by which the broker knows this connector; null before the first session.</summary>
    public string? ConnectorId { get; init; }

    /// <summary>Channels that are up.</summary>
    public int Channels { get; init; }

    /// <summary>What keeps it down, in a sentence; null while all is well.</summary>
    public string? Problem { get; init; }
}
