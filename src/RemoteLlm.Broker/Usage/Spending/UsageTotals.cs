namespace RemoteLlm.Broker.Usage.Spending;

/// <summary>
/// Sums of the ledger by user, month and day, for the months that are held. A record counts to the day on which the broker took its request, whenever it is settled and whatever the clock says by then.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class UsageTotals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UsageMonth, Dictionary<string, UserMonth>> _months = [];

    /// <summary>Adds what one request used.</summary>
    /// <param name="user">Whose request; case does not count.</param>
    /// <param name="day">The day to which it counts, UTC.</param>
    /// <param name="tokens">Tokens of its prompt and its answer.</param>
    /// <param name="cost">US dollars.</param>
    public void Add(string user, DateOnly day, long tokens, decimal cost)
    {
        lock (_gate)
        {
            var month = UsageMonth.Of(day);
            if (!_months.TryGetValue(month, out var users))
                _months.Add(month, users = new(StringComparer.OrdinalIgnoreCase));
            if (!users.TryGetValue(user, out var sums))
                users.Add(user, sums = new UserMonth());
            sums.Add(day.Day, tokens, cost);
        }
    }

    /// <summary>What a user has used on a day and in its month.</summary>
    public Spent Of(string user, DateOnly day)
    {
        lock (_gate)
            return _months.GetValueOrDefault(UsageMonth.Of(day))?.GetValueOrDefault(user)?.On(day.Day) ?? default;
    }

    /// <summary>Forgets a month.</summary>
    public void Drop(UsageMonth month)
    {
        lock (_gate)
            _months.Remove(month);
    }

    private sealed class UserMonth
    {
        private readonly List<(int Day, long Tokens, decimal Cost)> _days = [];
        private long _tokens;
        private decimal _cost;

        public void Add(int day, long tokens, decimal cost)
        {
            _tokens += tokens;
            _cost += cost;
            // Nearly always the latest.
            var at = _days.FindLastIndex(sum => sum.Day == day);
            if (at < 0)
                _days.Add((day, tokens, cost));
            else
                _days[at] = (day, _days[at].Tokens + tokens, _days[at].Cost + cost);
        }

        public Spent On(int day)
        {
            var today = _days.Find(sum => sum.Day == day);
            return new Spent(today.Tokens, _tokens, today.Cost, _cost);
        }
    }
}
