namespace RemoteLlm.Broker.Portal.Keys;

/// <summary>The page that shows a new key, once.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="BaseUrl">What clients are given.</param>
/// <param name="ExpiresAt">From when on it is refused; null = never.</param>
/// <param name="Old">The key that it follows: how it is called now, and until when it is good; null for none, or for one that has stopped.</param>
/// <param name="Rotated">Whether it follows another.</param>
public sealed record NewKeyModel(string Name, string BaseUrl, DateTimeOffset? ExpiresAt, (string Name, DateTimeOffset Until)? Old, bool Rotated)
{
    // Private, so that it is no part of what a record says of itself.
    private string Key { get; init; } = "";

    /// <summary>The key itself, for the page alone.</summary>
    public string Reveal() => Key;

    internal static NewKeyModel Of(string key, NewKeyModel model) => model with { Key = key };
}
