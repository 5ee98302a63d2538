namespace RemoteLlm.Broker.Usage;

/// <summary>How a request ended, as sums tell it apart.</summary>
internal enum UsageOutcome
{
    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>Somebody wanted no more of it: its caller left, or an operator cancelled it.</summary>
    Stopped,
}
