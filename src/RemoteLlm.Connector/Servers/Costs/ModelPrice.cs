namespace RemoteLlm.Connector.Servers.Costs;

/// <summary>What a model's tokens cost, in US dollars per million.</summary>
/// <param name="Prompt">Of the prompt.</param>
/// <param name="Cached">Of the part of the prompt that was in the server's cache; null: as the rest.</param>
/// <param name="Completion">Of the answer.</param>
public sealed record ModelPrice(decimal Prompt, decimal? Cached, decimal Completion);
