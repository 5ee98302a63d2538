using RemoteLlm.Broker.Usage.Files;

namespace RemoteLlm.Broker.Usage;

/// <summary>Where the ledger is.</summary>
/// <param name="Folder">The data folder.</param>
internal sealed record LedgerOptions(string Folder)
{
    /// <summary>How its files are written.</summary>
    public ILedgerFiles Files { get; init; } = new DiskLedgerFiles();
}
