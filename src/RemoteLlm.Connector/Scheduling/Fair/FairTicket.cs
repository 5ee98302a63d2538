namespace RemoteLlm.Connector.Scheduling.Fair;

/// <summary>What a running request was charged at its server.</summary>
/// <param name="Class">Its class there.</param>
/// <param name="User">Whose it is there.</param>
/// <param name="OfClass">What the class was charged.</param>
/// <param name="OfUser">What the user was charged.</param>
internal readonly record struct FairTicket(ClassLine Class, LineUser User, FairCharge OfClass, FairCharge OfUser);
