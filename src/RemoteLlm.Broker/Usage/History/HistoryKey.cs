namespace RemoteLlm.Broker.Usage.History;

/// <summary>A key in the history. It is told from others by its id; where the ledger has none, because a connector or a line is of before there were any, by its name.</summary>
/// <param name="Id">What the ledger calls it (<see cref="BillingProofs.KeyId"/>); null where it does not say.</param>
/// <param name="Name">What its owner calls it, or called it last.</param>
internal readonly record struct HistoryKey(string? Id, string Name)
{
    public bool Equals(HistoryKey other) => Id == other.Id && (Id is not null || Name == other.Name);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Id ?? Name);
}
