namespace RemoteLlm.Broker.Portal.Home;

/// <summary>The first page after the login.</summary>
/// <param name="BaseUrl">What clients are given.</param>
public sealed record HomeModel(string BaseUrl);
