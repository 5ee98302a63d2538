namespace RemoteLlm.Testing.Faults;

/// <summary>What befalls a line in a <see cref="FaultSchedule"/>.</summary>
public enum FaultKind
{
    /// <summary><see cref="FaultyLine.Cut"/>.</summary>
    Cut,

    /// <summary><see cref="FaultyLine.Finish"/>.</summary>
    Finish,

    /// <summary>Cut, and new dials refused for a while.</summary>
    Outage,

    /// <summary><see cref="FaultyLine.Blackhole"/> for a while.</summary>
    Stall,

    /// <summary>The same, from the dialler to the target only.</summary>
    StallUp,

    /// <summary>The same, from the target to the dialler only.</summary>
    StallDown,

    /// <summary>Fragments of at most <see cref="Fault.Amount"/> bytes for a while.</summary>
    Fragment,

    /// <summary>A delay of <see cref="Fault.Amount"/> milliseconds each way for a while.</summary>
    Delay,

    /// <summary><see cref="Fault.Amount"/> bytes a second each way for a while.</summary>
    Throttle,

    /// <summary>One bit from the dialler to the target, <see cref="Fault.Amount"/> bytes from now.</summary>
    CorruptUp,

    /// <summary>One bit from the target to the dialler, <see cref="Fault.Amount"/> bytes from now.</summary>
    CorruptDown,
}
