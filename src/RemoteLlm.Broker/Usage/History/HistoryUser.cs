namespace RemoteLlm.Broker.Usage.History;

/// <summary>Whose usage a sum is.</summary>
/// <param name="Name">The name under which it was asked; case does not count.</param>
/// <param name="IsFormer">Whether it was asked by somebody who had the name before who has it now (<see cref="EntryStarts"/>).</param>
internal readonly record struct HistoryUser(string Name, bool IsFormer)
{
    public bool Equals(HistoryUser other) => IsFormer == other.IsFormer && string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Name);
}
