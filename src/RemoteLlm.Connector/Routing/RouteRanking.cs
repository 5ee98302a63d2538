namespace RemoteLlm.Connector.Routing;

/// <summary>How a server that could take a request at once stands among others.</summary>
/// <param name="Priority">Its operator's order, lowest first.</param>
/// <param name="Preferred">It has the conversation's beginning in its cache.</param>
/// <param name="Running">Requests that it works on.</param>
/// <param name="Slots">Requests that it may work on.</param>
/// <param name="Seconds">Its usual time to the first byte; 0 when unknown.</param>
/// <param name="Picked">When it was last picked, as a count of picks.</param>
internal readonly record struct RouteStanding(int Priority, bool Preferred, int Running, int Slots, double Seconds, long Picked)
{
    /// <summary>
    /// Best first: by priority, then the conversation's own server, then the largest free share of slots, then the fastest (one that is not known yet comes before, to become known), then the one
    /// that was picked the longest ago.
    /// </summary>
    /// <remarks>
    /// Shares of slots, not speed, spread load in proportion to capacity: a server that is twice as fast ends its requests twice as soon and so gets twice as many. Speed decides among
    /// the idle.
    /// </remarks>
    public int Compare(RouteStanding other)
    {
        if (Priority != other.Priority)
            return Priority.CompareTo(other.Priority);
        if (Preferred != other.Preferred)
            return other.Preferred.CompareTo(Preferred);
        var share = ((long)Running * other.Slots).CompareTo((long)other.Running * Slots);
        if (share != 0)
            return share;
        return Seconds != other.Seconds && Differ(Seconds, other.Seconds) ? Seconds.CompareTo(other.Seconds) : Picked.CompareTo(other.Picked);
    }

    // Less than a tenth is noise: equals take turns.
    private static bool Differ(double one, double other) => Math.Abs(one - other) > 0.1 * Math.Max(one, other);
}
