using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Tests.Scheduling.Fair;

/// <summary>Somebody who asks.</summary>
internal sealed record SimulatedUser(string Name, double Weight = 1, RequestClass Class = RequestClass.Interactive)
{
    /// <summary>A request of it has begun.</summary>
    public Action OnStart { get; set; } = static () => { };
}

/// <summary>One request in fake time.</summary>
internal sealed class SimulatedRequest(SimulatedUser user, int tokens, TimeSpan asked)
{
    public SimulatedUser User => user;

    public int Tokens => tokens;

    public TimeSpan Asked => asked;

    public ISlotSeeker Seeker { get; set; } = null!;

    public TimeSpan? Started { get; set; }

    public TimeSpan? Ended { get; set; }

    public ApiError? Refusal { get; set; }

    public TimeSpan Waited => Started!.Value - asked;
}
