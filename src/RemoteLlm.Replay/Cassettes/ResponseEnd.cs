namespace RemoteLlm.Replay.Cassettes;

/// <summary>What happens after the last byte of an answer.</summary>
internal enum ResponseEnd
{
    /// <summary>The answer is ended, the connection is kept as HTTP allows.</summary>
    Complete,

    /// <summary>The answer is ended, then the connection is closed although nothing announced that: the habit of llama-server after a stream.</summary>
    Close,

    /// <summary>The connection is closed without an end of the answer, after everything before has been sent.</summary>
    Cut,
}
