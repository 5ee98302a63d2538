namespace RemoteLlm.Connector.Lan;

/// <summary>Settings of the connector's own port on the local network. Where there are none, no socket listens.</summary>
public sealed class LanOptions
{
    /// <summary>The environment variable of <see cref="Keys"/>.</summary>
    public const string KeysVariable = "REMOTELLM_LAN_API_KEYS";

    /// <summary>
    /// Where to listen, separated by semicolons: <c>http://192.168.1.5:8090</c>, <c>http://*:8090</c> for every address of this machine; a port alone, <c>8090</c> or
    /// <c>:8090</c>, is loopback. Required.
    /// </summary>
    public required string Listen { get; init; }

    /// <summary>Serve everybody who can reach the port, without a key. Default no.</summary>
    public bool NoAuth { get; init; }

    /// <summary>Keys for this port, as <see cref="KeysVariable"/> has them: <c>name=sk-...</c> or <c>sk-...</c>, separated by commas. They have no limits. Must not reach a log.</summary>
    public string? Keys { get; init; }

    /// <summary>A file with more of them, one a line, <c>#</c> before a remark. Followed while the connector runs. Default none.</summary>
    public string? KeysFile { get; init; }

    /// <summary>Origins of web pages that may call the port from a browser, separated by commas, as at the broker. Default none.</summary>
    public string? CorsOrigins { get; init; }
}
