namespace RemoteLlm.Broker.Usage.Spending;

/// <summary>
/// Sums of the ledger by user, month and day, for the months that are held. A record counts to the day on which the broker took its request, whenever it is settled and whatever the clock says by then.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
/// <param name="starts">Since when a user's name is that of who has it now, Unix ms (<see cref="EntryStarts"/>): what is older counts to nobody. Null = always.</param>
internal sealed class UsageTotals(Func<string, long>? starts = null)
{
    private readonly Func<string, long> _starts = starts ?? (static _ => 0);
    private readonly Lock _gate = new();
    private readonly Dictionary<UsageMonth, Dictionary<string, UserMonth>> _months = [];

    /// <summary>Adds what one request used.</summary>
    /// <param name="user">Whose request; case does not count.</param>
    /// <param name="time">When the broker took it; its day is that to which it counts.</param>
    /// <param name="tokens">Tokens of its prompt and its answer.</param>
    /// <param name="cost">US dollars.</param>
    public void Add(string user, DateTimeOffset time, long tokens, decimal cost)
    {
        var start = _starts(user);
        lock (_gate)
        {
            var month = UsageMonth.Of(time);
            if (!_months.TryGetValue(month, out var users))
                _months.Add(month, users = new(StringComparer.OrdinalIgnoreCase));
            if (!users.TryGetValue(user, out var sums))
                users.Add(user, sums = new UserMonth());
            sums.Add(time, start, tokens, cost);
        }
    }

    /// <summary>What a user has used on a day and in its month.</summary>
    public Spent Of(string user, DateOnly day)
    {
        var start = _starts(user);
        lock (_gate)
            return _months.GetValueOrDefault(UsageMonth.Of(day))?.GetValueOrDefault(user)?.On(day.Day, start) ?? default;
    }

    /// <summary>Forgets a month.</summary>
    public void Drop(UsageMonth month)
    {
        lock (_gate)
            _months.Remove(month);
    }

    private sealed class UserMonth
    {
        private readonly List<Sum> _sums = [];

        public void Add(DateTimeOffset time, long start, long tokens, decimal cost)
        {
            var (day, at) = (time.UtcDateTime.Day, time.ToUnixTimeMilliseconds());
            // Nearly always the latest. What is older than the start is in no sum with what is not, so that nothing has to be forgotten should the start be another one again.
            var known = _sums.FindLastIndex(sum => sum.Day == day && sum.Last < start == at < start);
            if (known < 0)
                _sums.Add(new Sum(day, at, tokens, cost));
            else
                _sums[known] = new Sum(day, Math.Max(at, _sums[known].Last), _sums[known].Tokens + tokens, _sums[known].Cost + cost);
        }

        // A month has few more sums than days.
        public Spent On(int day, long start)
        {
            var spent = default(Spent);
            foreach (var sum in _sums)
            {
                if (sum.Last < start)
                    continue;
                spent = spent with { TokensThisMonth = spent.TokensThisMonth + sum.Tokens, CostThisMonth = spent.CostThisMonth + sum.Cost };
                if (sum.Day == day)
                    spent = spent with { TokensToday = spent.TokensToday + sum.Tokens, CostToday = spent.CostToday + sum.Cost };
            }

            return spent;
        }

        private readonly record struct Sum(int Day, long Last, long Tokens, decimal Cost);
    }
}
