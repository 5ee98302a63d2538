using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Protocol.Control;

/// <summary>What a broker may tell a connector over the control connection.</summary>
public interface IConnectorClient
{
    /// <summary>A new roster. The connector puts it in force and answers with <see cref="IConnectorHub.AcknowledgeRoster"/>.</summary>
    Task ApplyRoster(Roster roster);

    /// <summary>What users with a budget have used now, by the ledger.</summary>
    Task ApplySpending(SpendingUpdate update);

    /// <summary>No further requests will come; finish what runs. The reason says why in one sentence.</summary>
    Task BeginDrain(DrainReason reason, string detail);
}
