namespace RemoteLlm.Connector.Observability.Events;

/// <summary>What happened to a request.</summary>
internal enum RelayEventKind
{
    /// <summary>It came out of the tunnel; neither its caller nor its model is known.</summary>
    Started,

    /// <summary>It waits for a server to have a slot free.</summary>
    Queued,

    /// <summary>A server failed it before the first byte of an answer, and another is tried.</summary>
    Retried,

    /// <summary>The first byte of the answer's body came from the server.</summary>
    FirstToken,

    /// <summary>It ended well.</summary>
    Completed,

    /// <summary>It ended otherwise.</summary>
    Failed,
}
