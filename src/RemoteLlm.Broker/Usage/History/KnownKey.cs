namespace RemoteLlm.Broker.Usage.History;

/// <summary>A key that a user has now.</summary>
/// <param name="Id">What the ledger calls it.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Since">When it was made, Unix ms; 0 where nobody knows. What has no id is by the key of its name, and what is older than that was by another one, which had the name before.</param>
internal sealed record KnownKey(string Id, string Name, long Since)
{
    /// <summary>Whether a sum is of what was asked by it.</summary>
    public bool Has(ref readonly UserMonth.Cell cell) => cell.Key.Id is { } id ? id == Id : cell.Key.Name == Name && cell.LastTime >= Since;
}
