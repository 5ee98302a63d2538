namespace RemoteLlm.Broker.Portal.Signin.Welcome;

/// <summary>The page at the end of the first login.</summary>
/// <param name="Key">The first key, shown here and never again; null before it is made.</param>
/// <param name="BaseUrl">What clients are given.</param>
/// <param name="Curl">A command that uses the key, to be pasted into a terminal; null before it is made.</param>
public sealed record WelcomeModel(string? Key, string BaseUrl, string? Curl)
{
    /// <summary>The key is left out.</summary>
    public override string ToString() => $"welcome to {BaseUrl}";
}
