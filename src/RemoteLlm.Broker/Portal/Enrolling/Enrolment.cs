namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>A connector that wants to enrol, as an operator is shown it. Never changes.</summary>
/// <param name="Code">Its code, as it is shown.</param>
/// <param name="Name">What it wants to be called; the name that an operator chose, once approved.</param>
/// <param name="Software">Its release, as it says.</param>
/// <param name="Machine">The name of its machine, as it says.</param>
/// <param name="Address">Where it asked from.</param>
/// <param name="AskedAt">When.</param>
/// <param name="ExpiresAt">Until when its code is good.</param>
public sealed record Enrolment(string Code, string Name, string Software, string Machine, string Address, DateTimeOffset AskedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>How it stands.</summary>
    public EnrolmentState State { get; init; }

    /// <summary>Who decided; null while nobody has.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Why it is to be decided anew, a sentence; null when it is not.</summary>
    public string? Problem { get; init; }
}

/// <summary>How an enrolment stands.</summary>
public enum EnrolmentState
{
    /// <summary>An operator has to decide.</summary>
    Pending,

    /// <summary>It gets its token when it asks next.</summary>
    Approved,

    /// <summary>It is told so when it asks next.</summary>
    Denied,

    /// <summary>Its token was made and handed over.</summary>
    Fetched,
}
