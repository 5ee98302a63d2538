namespace RemoteLlm.Protocol.Access;

/// <summary>Everybody whom one connector shall serve, as the broker pushes it. Each connector has its own: fingerprints differ.</summary>
/// <param name="Revision">Grows with every change of the broker's users; the connector acknowledges it.</param>
/// <param name="Entries">One entry a key.</param>
public sealed record Roster(long Revision, IReadOnlyList<RosterEntry> Entries)
{
    /// <summary>Nobody, from before the first push.</summary>
    public static Roster Empty { get; } = new(0, []);
}
