namespace RemoteLlm.Connector.Scheduling.Fair;

/// <summary>
/// Virtual time of parties that share something. Each has an account of what it was served, divided by its weight; whoever stands lowest, what runs for it included, is next. So parties that always
/// have something waiting are served in proportion to their weights, whatever the sizes of their requests. Not thread-safe.
/// </summary>
/// <remarks>
/// Start-time fair queueing (Goyal, Vin, Cheng, "Start-time Fair Queueing", SIGCOMM 1996), with two changes. Costs are known at the end only: what runs counts by an estimate, and only what was
/// really served moves an account, so that no estimate, however wrong, moves the virtual time. And there are several slots: the virtual time is therefore not the start of the request in service
/// but the lowest account of those who wait, as in Linux's CFS; a newcomer is behind nobody, and before whoever has requests running.
/// </remarks>
internal sealed class FairScale<T>
    where T : FairShare
{
    private readonly List<T> _waiting = [];
    private double _now;

    /// <summary>Those who have something waiting, in no order.</summary>
    public IReadOnlyList<T> Waiting => _waiting;

    /// <summary>Where a party begins that had nothing waiting: no credit for the rest. Never goes back, and is never above the account of one who waits.</summary>
    public double Now
    {
        get
        {
            if (_waiting.Count == 0)
                return _now;
            var least = double.MaxValue;
            foreach (var share in _waiting)
                least = Math.Min(least, share.Served);
            return _now = Math.Max(_now, least);
        }
    }

    /// <summary>A request of it waits.</summary>
    public void Join(T share)
    {
        if (share.Waiting++ > 0)
            return;
        share.Served = Math.Max(share.Served, Now);
        share.Index = _waiting.Count;
        _waiting.Add(share);
    }

    /// <summary>A request of it waits no more. One that got its slot has begun before.</summary>
    public void Leave(T share)
    {
        if (--share.Waiting > 0)
            return;
        _ = Now;
        var last = _waiting[^1];
        (_waiting[share.Index], last.Index) = (last, share.Index);
        _waiting.RemoveAt(_waiting.Count - 1);
    }

    /// <summary>A request of it begins.</summary>
    /// <param name="share">Whose.</param>
    /// <param name="cost">What it will cost, by an estimate, 0 or more.</param>
    /// <returns>For <see cref="FairShare.End"/>.</returns>
    public FairCharge Begin(T share, double cost)
    {
        if (share.Waiting == 0)
        {
            share.Served = Math.Max(share.Served, Now);
            // Nobody was denied anything: what is used while there is room for all is held against nobody.
            if (_waiting.Count == 0)
                _now = share.Served;
        }

        var charge = new FairCharge(cost / share.Weight, share.Weight);
        share.Running++;
        share.Expected += charge.Expected;
        return charge;
    }

    /// <summary>Nobody waits or runs: the next one begins where the last one has ended, and all accounts may be forgotten.</summary>
    public void Rest(double last) => _now = Math.Max(_now, last);
}
