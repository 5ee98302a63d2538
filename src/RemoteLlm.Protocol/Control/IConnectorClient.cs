using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Control;

/// <summary>What a broker may tell a connector over the control connection.</summary>
public interface IConnectorClient
{
    /// <summary>A new roster. The connector puts it in force and answers with <see cref="IConnectorHub.AcknowledgeRoster"/>.</summary>
    Task ApplyRoster(Roster roster);

    /// <summary>No further requests will come; finish what runs. The reason says why in one sentence.</summary>
    Task BeginDrain(DrainReason reason, string detail);
}
