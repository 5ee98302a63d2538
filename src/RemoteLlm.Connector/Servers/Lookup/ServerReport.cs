namespace RemoteLlm.Connector.Servers.Lookup;

/// <summary>What came of one look at a server.</summary>
/// <param name="Look">What it found, or why it found nothing.</param>
/// <param name="Took">How long it took.</param>
public sealed record ServerReport(ServerLook Look, TimeSpan Took)
{
    /// <summary>Whether the server answered.</summary>
    public bool IsUp => Look.Models is not null;
}
