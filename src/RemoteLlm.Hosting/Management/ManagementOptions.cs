namespace RemoteLlm.Hosting.Management;

/// <summary>Where the management port listens, and to whom it answers.</summary>
public sealed record ManagementOptions
{
    /// <summary>The option of the command line that sets <see cref="Urls"/>; messages name it.</summary>
    public const string UrlsOption = "--management-urls";

    /// <summary>The environment variable that sets <see cref="Urls"/>.</summary>
    public const string UrlsVariable = "REMOTELLM_MANAGEMENT_URLS";

    /// <summary>Default of the broker.</summary>
    public const int BrokerPort = 9464;

    /// <summary>Default of the connector; not 8080, which is llama.cpp's own.</summary>
    public const int ConnectorPort = 9465;

    /// <summary>How many ports are tried, from the default one on, where nobody asked for one.</summary>
    public const int PortsToTry = 20;

    /// <summary>
    /// Addresses that were asked for, separated by semicolons, such as <c>http://0.0.0.0:9464</c>: used exactly, or we do not start. Null or blank
    /// for <see cref="DefaultPort"/> on loopback, or the next one that is free.
    /// </summary>
    public string? Urls { get; init; }

    /// <summary>1 to 65535, or 0 for any free one; see <see cref="Urls"/>.</summary>
    public required int DefaultPort { get; init; }

    /// <summary>
    /// Names, besides <c>localhost</c> and IP addresses, under which a port on loopback answers. A page in a browser on this machine could otherwise point a
    /// name of its own at us and read along (DNS rebinding).
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}
