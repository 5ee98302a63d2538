using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Scheduling.Fair;

/// <summary>One class of requests at one server: fair between its users.</summary>
internal sealed class ClassLine : FairShare
{
    /// <summary>So many accounts are kept, some 100 KB, before those are looked for that may be forgotten.</summary>
    public const int FirstSweep = 1024;

    private readonly Dictionary<string, LineUser> _users = new(StringComparer.Ordinal);
    private readonly FairScale<LineUser> _scale = new();
    private int _sweepAt = FirstSweep;
    private double _highest;

    public ClassLine(RequestClass of, double weight) => (Class, Weight) = (of, weight);

    public RequestClass Class { get; }

    /// <summary>Users with requests that wait.</summary>
    public IReadOnlyList<LineUser> WaitingUsers => _scale.Waiting;

    /// <summary>Accounts that are kept.</summary>
    public int Accounts => _users.Count;

    public LineUser UserOf(SlotAsker asker)
    {
        if (!_users.TryGetValue(asker.User, out var user))
            _users.Add(asker.User, user = new LineUser(this, asker.User));
        user.Weight = asker.Weight;
        return user;
    }

    /// <summary>How many requests of a user wait.</summary>
    public int WaitingOf(string user) => _users.TryGetValue(user, out var known) ? known.Waiting : 0;

    public void Join(Seat seat)
    {
        _scale.Join(seat.User);
        seat.User.Add(seat);
    }

    public void Leave(Seat seat)
    {
        seat.User.Remove(seat);
        _scale.Leave(seat.User);
        Forget();
    }

    public FairCharge Begin(LineUser user, double cost) => _scale.Begin(user, cost);

    public void End(LineUser user, FairCharge charge, double served)
    {
        user.End(charge, served);
        _highest = Math.Max(_highest, user.Served);
        Forget();
    }

    /// <summary>Nothing of the class waits or runs: no account is needed.</summary>
    public void Rest()
    {
        _scale.Rest(_highest);
        if (_users.Count < FirstSweep)
            return;
        _users.Clear();
        _sweepAt = FirstSweep;
    }

    /// <summary>Whose request is next among those that were not asked in this round; null when all were.</summary>
    public LineUser? Next(long round)
    {
        LineUser? first = null;
        Seat? firstSeat = null;
        // By index, which allocates nothing.
        for (var i = 0; i < _scale.Waiting.Count; i++)
        {
            var user = _scale.Waiting[i];
            if (user.Peek(round) is { } seat && (first is null || user.IsBefore(seat, first, firstSeat!)))
                (first, firstSeat) = (user, seat);
        }

        return first;
    }

    /// <summary>All that wait, in the order in which they would be served if nobody came.</summary>
    public List<Seat> Order()
    {
        var ranks = new List<(double At, int Running, Seat Seat)>(Waiting);
        foreach (var user in _scale.Waiting)
        {
            var (at, running) = (user.Ahead, user.Running);
            foreach (var seat in user.Seats)
            {
                ranks.Add((at, running++, seat));
                at += seat.Cost / user.Weight;
            }
        }

        ranks.Sort(static (one, other) =>
            one.At != other.At ? one.At.CompareTo(other.At)
            : one.Running != other.Running ? one.Running.CompareTo(other.Running)
            : one.Seat.Waiter.Sequence.CompareTo(other.Seat.Waiter.Sequence));
        return ranks.ConvertAll(static rank => rank.Seat);
    }

    // Who is not ahead of the virtual time would begin there anyway, and is kept only because they come again.
    private void Forget()
    {
        if (_users.Count < _sweepAt)
            return;
        var now = _scale.Now;
        foreach (var (name, known) in _users)
        {
            if (known.IsIdle && known.Served <= now)
                _users.Remove(name);
        }

        _sweepAt = Math.Max(FirstSweep, 2 * _users.Count);
    }
}
