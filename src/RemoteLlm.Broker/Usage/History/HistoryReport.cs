using System.Runtime.InteropServices;

namespace RemoteLlm.Broker.Usage.History;

/// <summary>The answer to a question to the history: the same requests summed up in several ways.</summary>
/// <param name="query">The question.</param>
internal sealed class HistoryReport(HistoryQuery query)
{
    private readonly HistoryFigures[] _days = new HistoryFigures[Math.Max(0, query.To.DayNumber - query.From.DayNumber + 1)];
    private readonly Dictionary<string, HistoryFigures> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<HistoryKey, (HistoryKey Key, long Last, HistoryFigures Figures)> _keys = [];
    private readonly Dictionary<HistoryUser, HistoryFigures> _users = [];
    private HistoryFigures _total;

    /// <summary>All together.</summary>
    public HistoryFigures Total => _total;

    /// <summary>Every day that was asked for, those without requests too, the earliest first.</summary>
    public IReadOnlyList<(DateOnly Day, HistoryFigures Figures)> Days => [.. _days.Select((figures, at) => (query.From.AddDays(at), figures))];

    /// <summary>By model, the most tokens first.</summary>
    public IReadOnlyList<(string Name, HistoryFigures Figures)> Models => Most(_models);

    /// <summary>By key of the one user who was asked for, the most tokens first; empty where everybody was.</summary>
    public IReadOnlyList<(HistoryKey Key, HistoryFigures Figures)> Keys =>
        [.. _keys.Values.OrderByDescending(sum => Tokens(sum.Figures)).ThenBy(sum => sum.Key.Name, StringComparer.Ordinal).Select(sum => (sum.Key, sum.Figures))];

    /// <summary>By user where everybody was asked for, the most tokens first; empty otherwise.</summary>
    public IReadOnlyList<(HistoryUser User, HistoryFigures Figures)> Users =>
        [.. _users.OrderByDescending(sum => Tokens(sum.Value)).ThenBy(sum => sum.Key.Name, StringComparer.Ordinal).Select(sum => (sum.Key, sum.Value))];

    /// <summary>Takes a sum into the answer.</summary>
    public void Take(string user, DateOnly day, UserMonth.Cell cell)
    {
        _total.Add(cell.Figures);
        _days[day.DayNumber - query.From.DayNumber].Add(cell.Figures);
        Add(_models, cell.Model, cell.Figures);
        if (query.User is not null)
            AddKey(query.KeyOf(in cell), in cell);
    }

    /// <summary>Takes the sum of one user into the answer.</summary>
    public void TakeUser(HistoryUser user, HistoryFigures figures) => CollectionsMarshal.GetValueRefOrAddDefault(_users, user, out _).Add(figures);

    // One that is gone is shown by its last name.
    private void AddKey(HistoryKey key, ref readonly UserMonth.Cell cell)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_keys, key, out var known);
        if (!known || cell.LastTime >= sum.Last)
            (sum.Key, sum.Last) = (key, cell.LastTime);
        sum.Figures.Add(cell.Figures);
    }

    private static void Add(Dictionary<string, HistoryFigures> sums, string name, HistoryFigures figures) =>
        CollectionsMarshal.GetValueRefOrAddDefault(sums, name, out _).Add(figures);

    private static IReadOnlyList<(string Name, HistoryFigures Figures)> Most(Dictionary<string, HistoryFigures> sums) =>
    [
        .. sums.OrderByDescending(sum => Tokens(sum.Value)).ThenBy(sum => sum.Key, StringComparer.Ordinal).Select(sum => (sum.Key, sum.Value)),
    ];

    private static long Tokens(HistoryFigures figures) => figures.PromptTokens + figures.CompletionTokens;
}

/// <summary>What one user used on one day of one model by one key.</summary>
internal readonly record struct HistoryRow(DateOnly Day, string User, string Model, HistoryKey Key, HistoryFigures Figures);
