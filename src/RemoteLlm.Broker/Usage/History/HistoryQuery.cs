namespace RemoteLlm.Broker.Usage.History;

/// <summary>A question to the history.</summary>
/// <param name="User">Whose usage, whatever the name's case; null = everybody's.</param>
/// <param name="From">The first day, UTC.</param>
/// <param name="To">The last day, included.</param>
internal sealed record HistoryQuery(string? User, DateOnly From, DateOnly To)
{
    /// <summary>Only of this model; null = of all.</summary>
    public string? Model { get; init; }

    /// <summary>Only by this key; null = by all.</summary>
    public HistoryKey? Key { get; init; }

    /// <summary>The keys that the user has now; none where everybody's usage is asked for.</summary>
    public IReadOnlyList<KnownKey> Known { get; init; } = [];

    /// <summary>Whether a sum belongs to the answer.</summary>
    public bool Takes(ref readonly UserMonth.Cell cell) => (Model is null || Model == cell.Model) && (Key is null || Key == KeyOf(in cell));

    /// <summary>By which key that was: one that the user has, by the name that it has now, or one that is gone.</summary>
    public HistoryKey KeyOf(ref readonly UserMonth.Cell cell)
    {
        foreach (var key in Known)
        {
            if (key.Has(in cell))
                return new HistoryKey(key.Id, key.Name);
        }

        return cell.Key;
    }

    /// <summary>Whether the user has a key no more. Of one without an id nobody can tell.</summary>
    public bool IsGone(HistoryKey key) => key.Id is not null && key.Id != key.Name && !Known.Any(known => known.Id == key.Id);
}
