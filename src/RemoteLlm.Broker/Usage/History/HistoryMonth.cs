namespace RemoteLlm.Broker.Usage.History;

/// <summary>The sums of one month, by user. Used by one thread at a time.</summary>
/// <param name="starts">Since when a user's name is that of who has it now, Unix ms (<see cref="EntryStarts"/>).</param>
internal sealed class HistoryMonth(Func<string, long> starts)
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
        _all.Add(entry with { Key = "", KeyId = null }, 0);
        var more = user.Add(entry, starts(entry.User));
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
                Visit(month, name, user, 0, query, visitor);
        }
        else if (_users.TryGetValue(query.User, out var user))
        {
            Visit(month, query.User, user, starts(query.User), query, visitor);
        }
    }

    /// <summary>Everybody's sums, keys not told apart.</summary>
    public void VisitAll(UsageMonth month, HistoryQuery query, HistoryVisitor visitor) => Visit(month, "", _all, 0, query with { Key = null }, visitor);

    /// <summary>The sum of each user's month, as far as it is asked for; that of who had the name before apart.</summary>
    public void VisitUsers(UsageMonth month, HistoryQuery query, Action<HistoryUser, HistoryFigures> visitor)
    {
        var (from, to) = (query.From.DayNumber - month.First.DayNumber + 1, query.To.DayNumber - month.First.DayNumber + 1);
        foreach (var (name, user) in _users)
        {
            var (sum, former, start) = (default(HistoryFigures), default(HistoryFigures), starts(name));
            foreach (ref readonly var cell in user.Cells)
            {
                if (cell.Day < from || cell.Day > to || !query.Takes(in cell))
                    continue;
                if (cell.LastTime < start)
                    former.Add(cell.Figures);
                else
                    sum.Add(cell.Figures);
            }

            if (sum.Requests > 0)
                visitor(new HistoryUser(name, IsFormer: false), sum);
            if (former.Requests > 0)
                visitor(new HistoryUser(name, IsFormer: true), former);
        }
    }

    /// <summary>When a user's key was used last, or any of them where none is given, Unix ms; 0 when it was not.</summary>
    public long LastUsed(string user, KnownKey? key)
    {
        var (last, start) = (0L, starts(user));
        if (!_users.TryGetValue(user, out var known))
            return last;
        foreach (ref readonly var cell in known.Cells)
        {
            if (cell.LastTime >= start && (key is null || key.Has(in cell)))
                last = Math.Max(last, cell.LastTime);
        }

        return last;
    }

    private static void Visit(UsageMonth month, string name, UserMonth user, long start, HistoryQuery query, HistoryVisitor visitor)
    {
        var first = month.First;
        foreach (ref readonly var cell in user.Cells)
        {
            var day = first.AddDays(cell.Day - 1);
            if (cell.LastTime >= start && day >= query.From && day <= query.To && query.Takes(in cell))
                visitor(name, day, cell);
        }
    }
}
