namespace RemoteLlm.Protocol.Access;

/// <summary>Everybody whom one connector shall serve, key by key. Each connector has its own: fingerprints differ. It travels as a <see cref="Control.RosterPush"/>.</summary>
/// <param name="Revision">Grows with every change of the broker's users; the connector acknowledges it.</param>
/// <param name="Entries">One entry a key.</param>
public sealed record Roster(long Revision, IReadOnlyList<RosterEntry> Entries)
{
    /// <summary>Nobody, from before the first push.</summary>
    public static Roster Empty { get; } = new(0, []);
}
