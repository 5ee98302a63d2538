using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>Where a request goes: to a server, nowhere, or it waits.</summary>
/// <param name="Route">Where to; null when it goes nowhere now.</param>
/// <param name="Refusal">Why there is no server for it and waiting will not bring one; null when it may wait.</param>
/// <param name="Again">When it may be different although nothing happens; null when only an event can change it.</param>
internal readonly record struct Placement(ServerRoute? Route, ApiError? Refusal, TimeSpan? Again)
{
    /// <summary>The server's circuit is open, but it is the only hope: what it says is not counted.</summary>
    public bool LastResort { get; init; }

    /// <summary>What was taken there for the request; null for one that takes nothing.</summary>
    public ServerCharge? Charge { get; init; }

    public static Placement At(ServerRoute route) => new(route, null, null);

    public static Placement Nowhere(ApiError refusal) => new(null, refusal, null);

    public static Placement Later(TimeSpan? again) => new(null, null, again);
}

/// <summary>What came of a wait for a slot: exactly one of the two is set.</summary>
/// <param name="Lease">The slot, to be disposed when the request is over.</param>
/// <param name="Refusal">Why there is none.</param>
internal readonly record struct Dispatch(ServerLease? Lease, ApiError? Refusal);
