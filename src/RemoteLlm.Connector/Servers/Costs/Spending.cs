using System.Diagnostics.CodeAnalysis;

namespace RemoteLlm.Connector.Servers.Costs;

/// <summary>
/// What is spent at one server, by UTC day, and what may be. Running requests have their estimates reserved, so that together they cannot exceed a cap; only what a request costs above
/// its own estimate can. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Each day keeps its own sum, so a clock that is set back finds what was spent on that day, and one that is set forth again finds the rest.
/// </remarks>
internal sealed class Spending
{
    /// <summary>Days whose sums are kept, 40: the last month, for whoever asks what it cost.</summary>
    public const int DaysKept = 40;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<DateOnly, DaySpending> _days = [];
    private readonly TimeProvider _time;
    private readonly Action? _changed;
    private CostCaps _caps;

    /// <summary>The spending at a server.</summary>
    /// <param name="server">Its name.</param>
    /// <param name="caps">What may be spent.</param>
    /// <param name="time">Where the day comes from.</param>
    /// <param name="past">What was spent before, by day.</param>
    /// <param name="changed">Told, outside of any lock, whenever a sum has changed.</param>
    public Spending(string server, CostCaps caps, TimeProvider time, IEnumerable<KeyValuePair<DateOnly, decimal>>? past = null, Action? changed = null)
    {
        (Server, _caps, _time, _changed) = (server, caps, time, changed);
        foreach (var (day, spent) in past ?? [])
            _days[day] = new DaySpending { Spent = spent };
        WarnOfNothingOld_NeedsLock();
    }

    /// <summary>The warning threshold was passed: once a day, outside of any lock.</summary>
    public event Action<CostWarning>? Warned;

    /// <summary>The server's name.</summary>
    public string Server { get; }

    /// <summary>What may be spent. Changed caps hold from the next request on.</summary>
    public CostCaps Caps
    {
        get
        {
            lock (_gate)
                return _caps;
        }

        set
        {
            lock (_gate)
            {
                if (_caps == value)
                    return;
                _caps = value;
                WarnOfNothingOld_NeedsLock();
            }
        }
    }

    /// <summary>What was spent today and what is kept for running requests of today, US dollars.</summary>
    public (decimal Spent, decimal Reserved) Today
    {
        get
        {
            lock (_gate)
                return _days.TryGetValue(Day, out var day) ? (day.Spent, day.Reserved) : default;
        }
    }

    private DateOnly Day => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    /// <summary>Which cap is in the way of a request now; null for none. Reserves nothing.</summary>
    /// <inheritdoc cref="TryReserve"/>
    public CostRefusal? Check(decimal? estimate)
    {
        lock (_gate)
            return Check_NeedsLock(estimate, Day);
    }

    /// <summary>Keeps what a request will cost, if no cap is in the way. A request that costs nothing always may; one whose cost is not known may as long as the day's cap is not reached.</summary>
    /// <param name="estimate">What it will cost, US dollars, 0 or more; null when that is not known.</param>
    /// <param name="reservation">To be settled, or disposed.</param>
    /// <param name="refusal">Otherwise: which cap is in the way.</param>
    public bool TryReserve(decimal? estimate, [NotNullWhen(true)] out CostReservation? reservation, [NotNullWhen(false)] out CostRefusal? refusal)
    {
        if (estimate is { } amount)
            ArgumentOutOfRangeException.ThrowIfNegative(amount, nameof(estimate));
        lock (_gate)
        {
            var today = Day;
            refusal = Check_NeedsLock(estimate, today);
            reservation = null;
            if (refusal is not null)
                return false;
            reservation = new CostReservation(this, today, estimate ?? 0);
            On_NeedsLock(today).Reserved += reservation.Amount;
            return true;
        }
    }

    /// <summary>The sums of all days that are kept.</summary>
    public IReadOnlyList<KeyValuePair<DateOnly, decimal>> Days()
    {
        lock (_gate)
            return [.. _days.Where(day => day.Value.Spent > 0).Select(day => KeyValuePair.Create(day.Key, day.Value.Spent))];
    }

    /// <summary>Ends a reservation. Called once for each.</summary>
    internal void Settle(CostReservation reservation, decimal cost)
    {
        CostWarning? warning = null;
        lock (_gate)
        {
            var day = On_NeedsLock(reservation.Day);
            day.Reserved -= reservation.Amount;
            day.Spent += cost;
            if (_caps.Warn > 0 && day.Spent >= _caps.Warn && !day.Warned)
            {
                day.Warned = true;
                warning = new CostWarning(Server, reservation.Day, day.Spent, _caps.Warn);
            }
        }

        if (cost > 0)
            _changed?.Invoke();
        if (warning is not null)
            Warned?.Invoke(warning);
    }

    private CostRefusal? Check_NeedsLock(decimal? estimate, DateOnly today)
    {
        if (estimate == 0)
            return null;
        var day = _days.GetValueOrDefault(today);
        var committed = day is null ? 0 : day.Spent + day.Reserved;
        if (_caps.PerRequest > 0 && estimate > _caps.PerRequest)
            return new CostRefusal(Server, CostCap.PerRequest, _caps.PerRequest, committed, estimate, null);
        var fits = estimate is { } amount ? amount <= _caps.PerDay - committed : committed < _caps.PerDay;
        return _caps.PerDay == 0 || fits ? null : new CostRefusal(Server, CostCap.PerDay, _caps.PerDay, committed, estimate, new DateTimeOffset(today.AddDays(1), default, TimeSpan.Zero));
    }

    private DaySpending On_NeedsLock(DateOnly date)
    {
        if (_days.TryGetValue(date, out var day))
            return day;
        _days.Add(date, day = new DaySpending());

        // Days that still have requests running are few, and stay.
        foreach (var old in _days.Where(old => old.Key != date && old.Value.Reserved == 0).Select(old => old.Key).Take(_days.Count - DaysKept).ToList())
            _days.Remove(old);
        return day;
    }

    // What was passed before the start, or before the threshold was changed, has had its warning.
    private void WarnOfNothingOld_NeedsLock()
    {
        foreach (var day in _days.Values)
            day.Warned = _caps.Warn > 0 && day.Spent >= _caps.Warn;
    }
}
