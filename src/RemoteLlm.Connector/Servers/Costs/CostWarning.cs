namespace RemoteLlm.Connector.Servers.Costs;

/// <summary>More was spent at a server on a day than its operator wants to let pass without a word.</summary>
/// <param name="Server">The server's name.</param>
/// <param name="Day">The UTC day.</param>
/// <param name="Spent">On that day, US dollars.</param>
/// <param name="Threshold"><see cref="CostCaps.Warn"/>, US dollars.</param>
internal sealed record CostWarning(string Server, DateOnly Day, decimal Spent, decimal Threshold);
