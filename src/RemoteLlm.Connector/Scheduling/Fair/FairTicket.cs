namespace RemoteLlm.Connector.Scheduling.Fair;

/// <summary>What a running request was charged at its server.</summary>
/// <param name="User">Whose it is there.</param>
/// <param name="Cost">What it will cost, by the estimate of when it began.</param>
/// <param name="Weight">The user's weight of then.</param>
internal readonly record struct FairTicket(LineUser User, double Cost, double Weight);
