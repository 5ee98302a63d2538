using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>In whose name a request asks for a slot.</summary>
/// <param name="User">The user; empty for those without one, who are one user together.</param>
/// <param name="Weight">The user's share, relative to those of others.</param>
/// <param name="Class">How urgent the request is.</param>
internal readonly record struct SlotAsker(string User, double Weight, RequestClass Class)
{
    /// <summary>Nobody in particular.</summary>
    public static SlotAsker Nobody { get; } = new("", 1, RequestClass.Interactive);

    /// <summary>The holder of a key.</summary>
    public static SlotAsker Of(RosterEntry? caller, RequestClass requested) => caller is null ? Nobody with { Class = requested } : new SlotAsker(caller.User, caller.Weight, requested);
}
