namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>How far a forwarded request came.</summary>
public enum ForwardStage
{
    /// <summary>The request was being sent, or the answer's headers were awaited. Nothing has reached the client.</summary>
    Send,

    /// <summary>The answer's body was being relayed. The client has its status and perhaps some bytes.</summary>
    Body,

    /// <summary>Everything was relayed.</summary>
    Done,
}

/// <summary>Whose fault it was that a request did not reach <see cref="ForwardStage.Done"/>.</summary>
public enum ForwardSide
{
    /// <summary>Nobody's; also that of a client that was let in and may not go on.</summary>
    None,

    /// <summary>The side that asked: it went away, sent a body that could not be read, or read nothing for too long.</summary>
    Client,

    /// <summary>The side that answers: it could not be reached, broke off, or gave nonsense.</summary>
    Upstream,

    /// <summary>The side that answers: silent for longer than its clock allows.</summary>
    UpstreamSilent,
}

/// <summary>The end of a forwarded request, as a value: stage, side, and the exception for the log where there was one.</summary>
public readonly record struct ForwardOutcome(ForwardStage Stage, ForwardSide Side, Exception? Exception)
{
    /// <summary>The whole answer was relayed.</summary>
    public static ForwardOutcome Done => new(ForwardStage.Done, ForwardSide.None, null);

    /// <summary>True when the whole answer was relayed.</summary>
    public bool IsDone => Stage == ForwardStage.Done;
}
