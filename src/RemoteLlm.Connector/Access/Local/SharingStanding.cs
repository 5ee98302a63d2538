namespace RemoteLlm.Connector.Access.Local;

/// <summary>Whether the owner shares at this time.</summary>
internal enum SharingState
{
    /// <summary>Requests are taken.</summary>
    Open,

    /// <summary>The owner has paused sharing, until further notice.</summary>
    Paused,

    /// <summary>It is outside of the hours at which the owner shares.</summary>
    Closed,
}

/// <summary>Whether sharing is open, and for how long that is known.</summary>
/// <param name="State">Whether it is open.</param>
/// <param name="Since">When this was found; it is not known to hold before, should the clock be put back.</param>
/// <param name="Until">When it changes by itself; null = not.</param>
internal sealed record SharingStanding(SharingState State, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>How it stands by these rules.</summary>
    public static SharingStanding Of(AccessRules rules, DateTimeOffset now, TimeZoneInfo local) => rules switch
    {
        { Paused: true } => new SharingStanding(SharingState.Paused, DateTimeOffset.MinValue, null),
        { Hours: { } hours } => new SharingStanding(hours.IsOpen(now, local) ? SharingState.Open : SharingState.Closed, now, hours.NextChange(now, local)),
        _ => new SharingStanding(SharingState.Open, DateTimeOffset.MinValue, null),
    };

    /// <summary>Whether it is still so.</summary>
    public bool HoldsAt(DateTimeOffset now) => now >= Since && !(now >= Until);

    /// <summary>When it opens by itself; null when it is open, and when nobody knows.</summary>
    public DateTimeOffset? OpensAt => State == SharingState.Closed ? Until : null;
}
