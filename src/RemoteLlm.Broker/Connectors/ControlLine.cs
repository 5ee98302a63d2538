namespace RemoteLlm.Broker.Connectors;

/// <summary>A control connection as a session knows it.</summary>
/// <param name="Id">SignalR's name of the connection.</param>
/// <param name="Abort">Ends the connection: the connector dials anew.</param>
internal sealed record ControlLine(string Id, Action Abort)
{
    /// <summary>Where it comes from; null when that is not known.</summary>
    public string? Address { get; init; }
}
