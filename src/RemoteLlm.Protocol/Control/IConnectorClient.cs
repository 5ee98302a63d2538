using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Protocol.Control;

/// <summary>What a broker may tell a connector over the control connection.</summary>
public interface IConnectorClient
{
    /// <summary>A new roster, or changes of it. The connector puts them in force and answers with <see cref="IConnectorHub.AcknowledgeRoster"/>; until then it is sent no others.</summary>
    Task ApplyRoster(RosterPush push);

    /// <summary>What users with a budget have used now, by the ledger.</summary>
    Task ApplySpending(SpendingUpdate update);

    /// <summary>No further requests will come; finish what runs. The reason says why in one sentence.</summary>
    Task BeginDrain(DrainReason reason, string detail);
}
