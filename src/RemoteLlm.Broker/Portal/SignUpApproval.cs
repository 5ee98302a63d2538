namespace RemoteLlm.Broker.Portal;

/// <summary>What becomes of somebody who logs in for the first time and is not known yet.</summary>
public enum SignUpApproval
{
    /// <summary>He waits until an operator approves.</summary>
    Manual,

    /// <summary>He is in at once.</summary>
    Auto,
}
