using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>All limits of one user, or the defaults of all: nothing is left open any more.</summary>
/// <param name="Requests">At each connector, by all the user's keys together.</param>
/// <param name="Budget">At all connectors together.</param>
/// <param name="Weight">The share in the fair queue; more than 0.</param>
internal sealed record UserLimits(RequestLimits Requests, Budget Budget, double Weight);
