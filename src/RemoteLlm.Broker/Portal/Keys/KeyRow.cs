using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Usage.History;

namespace RemoteLlm.Broker.Portal.Keys;

/// <summary>A key as pages show it.</summary>
/// <param name="Id">Its id in forms and addresses.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Standing">Whether it may be used.</param>
/// <param name="CreatedAt">When it was made, if known.</param>
/// <param name="ExpiresAt">From when on it is refused; null = never.</param>
/// <param name="LastUsed">When it was used last; null when not in the days that are remembered.</param>
/// <param name="CanChange">Whether it stands in the file, and so can be changed here.</param>
public sealed record KeyRow(
    string Id, string Name, string Prefix, KeyStanding Standing, DateTimeOffset? CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsed, bool CanChange)
{
    /// <summary>What stands where no use is known: older ones are forgotten, and those of which a connector has not told yet may still come.</summary>
    public string Unused { get; private init; } = "no use known";

    /// <summary>Whether it ends within a week.</summary>
    public bool EndsSoon { get; private init; }

    /// <summary>The tone of that word (<see cref="Frame.Kit.Badge"/>).</summary>
    public string? Tone => Standing != KeyStanding.Admitted ? "bad" : EndsSoon ? "warm" : "good";

    /// <summary>Its state in a word.</summary>
    public string Word => Standing switch
    {
        KeyStanding.Admitted when EndsSoon => "ends soon",
        KeyStanding.Admitted => "active",
        KeyStanding.Expired => "expired",
        KeyStanding.Pending => "waiting",
        _ => "blocked",
    };

    internal static KeyRow Of(KeyRecord key, KeyHistory history, DateTimeOffset now)
    {
        var known = new DateTimeOffset(history.First, TimeOnly.MinValue, TimeSpan.Zero);
        return new KeyRow(KeyId.Of(key.Digest), key.Name, key.Prefix, key.Standing(now), key.CreatedAt, key.ExpiresAt, history.LastUsed(key), key.IsListed)
        {
            EndsSoon = key.ExpiresAt < now.AddDays(7),
            Unused = key.CreatedAt >= known ? "no use known" : $"no use known in {(int)(now - known).TotalDays + 1} days",
        };
    }
}
