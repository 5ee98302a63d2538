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
    public string? Key { get; init; }

    /// <summary>Whether a sum belongs to the answer.</summary>
    public bool Takes(string model, string key) => (Model is null || Model == model) && (Key is null || Key == key);
}
