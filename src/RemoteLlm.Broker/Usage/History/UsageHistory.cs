namespace RemoteLlm.Broker.Usage.History;

/// <summary>
/// Sums of the ledger's last two months by user, day, model and key, for the portal's pages: none of them reads a file. Filled while the ledger is read at the start, and with every record that
/// is settled.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
/// <param name="time">The clock.</param>
/// <param name="maxCells">Cells that are held at most; beyond, the oldest days are forgotten.</param>
/// <param name="starts">Since when a user's name is that of who has it now, Unix ms (<see cref="EntryStarts"/>); null = always.</param>
internal sealed class UsageHistory(TimeProvider time, int maxCells = UsageHistory.MaxCells, Func<string, long>? starts = null)
{
    /// <summary>Days that can be asked for, today included.</summary>
    public const int Days = 62;

    /// <summary>A sum for each user, day, model and key takes up about 200 bytes: 50 MB at most. A hundred people with three models each need a fifteenth of it.</summary>
    public const int MaxCells = 250_000;

    private readonly Func<string, long> _starts = starts ?? (static _ => 0);
    private readonly Lock _gate = new();
    private readonly Dictionary<UsageMonth, HistoryMonth> _months = [];
    private DateOnly _first;
    private int _cells;

    /// <summary>Sums that are held.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _cells;
        }
    }

    /// <summary>The first day of which everything is known.</summary>
    public DateOnly First
    {
        get
        {
            lock (_gate)
                return _first > Oldest ? _first : Oldest;
        }
    }

    private DateOnly Oldest => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1 - Days);

    /// <summary>Counts a request, unless it is too old.</summary>
    public void Add(in HistoryEntry entry)
    {
        lock (_gate)
        {
            var day = entry.Day;
            if (day < _first || day < Oldest)
                return;
            var month = UsageMonth.Of(day);
            if (!_months.TryGetValue(month, out var users))
            {
                DropOldMonths();
                _months.Add(month, users = NewMonth());
            }

            _cells += users.Add(entry);
            while (_cells > maxCells)
                ForgetOldestDay();
        }
    }

    /// <summary>A month that is to be read elsewhere, for <see cref="Put"/>.</summary>
    public HistoryMonth NewMonth() => new(_starts);

    /// <summary>Takes a month that was read elsewhere, unless it is here already.</summary>
    public void Put(UsageMonth month, HistoryMonth read)
    {
        lock (_gate)
        {
            if (!_months.TryAdd(month, read))
                return;
            _cells += read.Count;
            while (_cells > maxCells)
                ForgetOldestDay();
        }
    }

    /// <summary>Forgets a month, before it is read anew.</summary>
    public void Drop(UsageMonth month)
    {
        lock (_gate)
        {
            if (_months.Remove(month, out var users))
                _cells -= users.Count;
        }
    }

    /// <summary>Whether a month is here.</summary>
    public bool Has(UsageMonth month)
    {
        lock (_gate)
            return _months.ContainsKey(month);
    }

    /// <summary>What was used.</summary>
    public HistoryReport Ask(HistoryQuery query)
    {
        var report = new HistoryReport(query);
        lock (_gate)
        {
            foreach (var (month, users) in MonthsOf(query))
            {
                if (query.User is not null)
                {
                    users.Visit(month, query, report.Take);
                    continue;
                }

                users.VisitAll(month, query, report.Take);
                users.VisitUsers(month, query, report.TakeUser);
            }
        }

        return report;
    }

    /// <summary>The sums themselves, days in their order.</summary>
    public IReadOnlyList<HistoryRow> Rows(HistoryQuery query)
    {
        var rows = new List<HistoryRow>();
        lock (_gate)
        {
            foreach (var (month, users) in MonthsOf(query))
                users.Visit(month, query, (string user, DateOnly day, UserMonth.Cell cell) => rows.Add(new HistoryRow(day, user, cell.Model, cell.Key, cell.Figures)));
        }

        return [.. rows.OrderBy(row => row.Day).ThenBy(row => row.User, StringComparer.OrdinalIgnoreCase).ThenBy(row => row.Model, StringComparer.Ordinal).ThenBy(row => row.Key.Name, StringComparer.Ordinal)];
    }

    /// <summary>When a user's key was used last, or any of them; null when that was not in these days.</summary>
    /// <param name="user">The user, whatever the name's case.</param>
    /// <param name="key">The key; null = any.</param>
    public DateTimeOffset? LastUsed(string user, KnownKey? key = null)
    {
        var last = 0L;
        lock (_gate)
        {
            foreach (var month in _months.Values)
                last = Math.Max(last, month.LastUsed(user, key));
        }

        return last == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(last);
    }

    private IEnumerable<KeyValuePair<UsageMonth, HistoryMonth>> MonthsOf(HistoryQuery query) =>
        _months.Where(month => month.Key.Number >= UsageMonth.Of(query.From).Number && month.Key.Number <= UsageMonth.Of(query.To).Number);

    private void DropOldMonths()
    {
        foreach (var month in _months.Keys.Where(month => month.Number < UsageMonth.Of(Oldest).Number).ToList())
            Drop(month);
    }

    private void ForgetOldestDay()
    {
        var month = _months.Keys.MinBy(month => month.Number);
        _first = (_first > month.First ? _first : month.First).AddDays(1);
        if (UsageMonth.Of(_first) != month)
            Drop(month);
        else
            _cells -= _months[month].Forget(_first.Day);
    }
}

/// <summary>Sees a sum.</summary>
internal delegate void HistoryVisitor(string user, DateOnly day, UserMonth.Cell cell);
