using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Protocol.Control;

/// <summary>What a connector may ask of its broker over the control connection. Small and occasional things; never a request's body.</summary>
public interface IConnectorHub
{
    /// <summary>First call on every control connection: opens a session, or takes an open one over after the control connection was lost.</summary>
    Task<SessionAnswer> OpenSession(SessionRequest request);

    /// <summary>The models that the connector serves now. Replaces what was reported before.</summary>
    Task ReportModels(ModelInventory inventory);

    /// <summary>How servers and queue stand: when that has changed, and at most once a second. Only where the grant's version is <see cref="ConnectorStatus.SinceVersion"/> or higher.</summary>
    Task ReportStatus(ConnectorStatus status);

    /// <summary>
    /// The connector has put this revision of the roster in force, or, with -1, could not apply what it was sent: then it gets a whole roster. One answer to each grant and each
    /// <see cref="IConnectorClient.ApplyRoster"/>. Until the first revision is acknowledged a session gets no traffic.
    /// </summary>
    Task AcknowledgeRoster(long revision);

    /// <summary>Usage for the ledger. When this returns the broker is done with every record of the batch; when it fails, the batch is to be sent again, whole.</summary>
    Task<UsageReceipt> SettleUsage(UsageBatch batch);

    /// <summary>The connector is stopping. When this returns, the broker sends it no further request.</summary>
    Task BeginDrain();
}
