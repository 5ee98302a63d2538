using RemoteLlm.Connector.Access.Local;

namespace RemoteLlm.Connector.Status;

/// <summary>Whether the owner shares now, and what the owner takes away from what the roster allows.</summary>
/// <param name="State">One of <see cref="Open"/>, <see cref="Paused"/> and <see cref="Closed"/>.</param>
public sealed record SharingReport(string State)
{
    /// <summary>New requests are taken.</summary>
    public const string Open = "open";

    /// <summary>Paused by the owner, until further notice.</summary>
    public const string Paused = "paused";

    /// <summary>Outside of the hours.</summary>
    public const string Closed = "closed";

    /// <summary>When that changes by itself; null = not.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What is narrowed, in one line; null when nothing is.</summary>
    public string? Narrowed { get; init; }

    /// <summary>Why the file as it is now is not in force; null when it is.</summary>
    public string? Problem { get; init; }

    internal static SharingReport Of(LocalAccess access)
    {
        var standing = access.Standing;
        var state = standing.State switch
        {
            SharingState.Paused => Paused,
            SharingState.Closed => Closed,
            _ => Open,
        };
        return new SharingReport(state) { Until = standing.Until, Narrowed = AccessSummary.Of(access.Rules), Problem = access.Problem?.ToString() };
    }
}
