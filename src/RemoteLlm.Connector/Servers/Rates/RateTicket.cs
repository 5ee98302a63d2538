namespace RemoteLlm.Connector.Servers.Rates;

/// <summary>What one request took of its server's rate.</summary>
/// <param name="Slot">When, in seconds since the server is known.</param>
/// <param name="Tokens">How many tokens were expected.</param>
internal readonly record struct RateTicket(long Slot, long Tokens);
