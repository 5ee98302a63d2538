namespace RemoteLlm.Broker.Usage.History;

/// <summary>The sums of one month, by user. Used by one thread at a time.</summary>
internal sealed class HistoryMonth
{
    private readonly Dictionary<string, UserMonth> _users = new(StringComparer.OrdinalIgnoreCase);

    // Everybody's, by day and model: what operators look at need not be added up of everybody's cells each time.
    private readonly UserMonth _all = new();

    /// <summary>Sums that it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Counts a request.</summary>
    /// <returns>Sums that it has more now, 0 or 1.</returns>
    public int Add(in HistoryEntry entry)
    {
        if (!_users.TryGetValue(entry.User, out var user))
            _users.Add(entry.User, user = new UserMonth());
        _all.Add(entry with { Key = "", KeyId = null });
        var more = user.Add(entry);
        Count += more;
        return more;
    }

    /// <summary>Forgets the days before one.</summary>
    /// <returns>Sums that it has less now.</returns>
    public int Forget(int before)
    {
        _all.Forget(before);
        var gone = 0;
        foreach (var (name, user) in _users)
        {
            gone += user.Forget(before);
            if (user.Cells.IsEmpty)
                _users.Remove(name);
        }

        Count -= gone;
        return gone;
    }

    /// <summary>Shows the sums that are asked for.</summary>
    public void Visit(UsageMonth month, HistoryQuery query, HistoryVisitor visitor)
    {
        if (query.User is null)
        {
            foreach (var (name, user) in _users)
                Visit(month, name, user, query, visitor);
        }
        else if (_users.TryGetValue(query.User, out var user))
        {
            Visit(month, query.User, user, query, visitor);
        }
    }

    /// <summary>Everybody's sums, keys not told apart.</summary>
    public void VisitAll(UsageMonth month, HistoryQuery query, HistoryVisitor visitor) => Visit(month, "", _all, query with { Key = null }, visitor);

    /// <summary>The sum of each user's month, as far as it is asked for.</summary>
    public void VisitUsers(UsageMonth month, HistoryQuery query, Action<string, HistoryFigures> visitor)
    {
        var (from, to) = (query.From.DayNumber - month.First.DayNumber + 1, query.To.DayNumber - month.First.DayNumber + 1);
        foreach (var (name, user) in _users)
        {
            var sum = default(HistoryFigures);
            foreach (ref readonly var cell in user.Cells)
            {
                if (cell.Day >= from && cell.Day <= to && query.Takes(cell))
                    sum.Add(cell.Figures);
            }

            if (sum.Requests > 0)
                visitor(name, sum);
        }
    }

    /// <summary>When a user's key was used last, or any of them where none is given, Unix ms; 0 when it was not.</summary>
    public long LastUsed(string user, KnownKey? key)
    {
        var last = 0L;
        if (!_users.TryGetValue(user, out var known))
            return last;
        foreach (ref readonly var cell in known.Cells)
        {
            if (key is null || key.Has(cell))
                last = Math.Max(last, cell.LastTime);
        }

        return last;
    }

    private static void Visit(UsageMonth month, string name, UserMonth user, HistoryQuery query, HistoryVisitor visitor)
    {
        var first = month.First;
        foreach (ref readonly var cell in user.Cells)
        {
            var day = first.AddDays(cell.Day - 1);
            if (day >= query.From && day <= query.To && query.Takes(cell))
                visitor(name, day, cell);
        }
    }
}
