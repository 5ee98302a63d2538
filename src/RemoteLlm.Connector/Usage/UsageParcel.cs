using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Usage;

/// <summary>The oldest records of the outbox, on their way to the ledger.</summary>
/// <param name="Records">The records; at least one.</param>
/// <param name="End">The number after that of the last.</param>
internal sealed record UsageParcel(IReadOnlyList<UsageRecord> Records, long End);
