using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Access;

/// <summary>
/// The requests that run, by the keys that they came with. When a roster or the owner's rules change, those end whose key is blocked, gone, or its user not served here any more. A key
/// that expires meanwhile ends nothing: its request was good when it came.
/// </summary>
internal sealed class RunningCallers : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<Seat> _seats = [];
    private readonly RosterHolder _roster;
    private readonly LocalAccess _local;
    private readonly bool _ends;

    public RunningCallers(RosterHolder roster, LocalAccess local, ConnectorOptions options)
    {
        (_roster, _local, _ends) = (roster, local, options.EndBlocked);
        if (!_ends)
            return;
        roster.Applied += OnRoster;
        local.Changed += Review;
    }

    /// <summary>Requests that are watched now.</summary>
    public int Count
    {
        get { lock (_gate) return _seats.Count; }
    }

    /// <summary>Watches a request until the returned value is disposed; null where it needs no watching, as those of the owner's own keys.</summary>
    /// <param name="entry">Its caller.</param>
    /// <param name="clock">Its clock, which is told when it has to end (<see cref="ActivityClock.Withdraw"/>).</param>
    public IDisposable? Watch(RosterEntry entry, ActivityClock clock)
    {
        if (!_ends || entry.IsLocal)
            return null;
        var seat = new Seat(this, entry.Fingerprint, clock);
        lock (_gate)
            _seats.Add(seat);
        // What changed between the look at its key and this line was seen by nobody.
        Review(seat);
        return seat;
    }

    public void Dispose()
    {
        _roster.Applied -= OnRoster;
        _local.Changed -= Review;
    }

    private void OnRoster(RosterChange change) => Review();

    private void Review()
    {
        Seat[] seats;
        lock (_gate)
            seats = [.. _seats];
        foreach (var seat in seats)
            Review(seat);
    }

    private void Review(Seat seat)
    {
        if (_roster.Find(seat.Fingerprint) is not { Blocked: false } entry || _local.Narrow(entry) is null)
            seat.Clock.Withdraw();
    }

    private sealed class Seat(RunningCallers owner, KeyDigest fingerprint, ActivityClock clock) : IDisposable
    {
        public KeyDigest Fingerprint { get; } = fingerprint;

        public ActivityClock Clock { get; } = clock;

        public void Dispose()
        {
            lock (owner._gate)
                owner._seats.Remove(this);
        }
    }
}
