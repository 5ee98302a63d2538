using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Link;

/// <summary>Whatever knows how servers and queue stand now.</summary>
internal interface IStatusSource
{
    /// <summary>As of now, models included. Cheap: it asks no server.</summary>
    ConnectorStatus Current { get; }
}
