namespace RemoteLlm.Replay;

/// <summary>How fast a cassette is played.</summary>
public enum ReplayPacing
{
    /// <summary>With the waits that the cassette gives (<c>after_ms</c>).</summary>
    Recorded,

    /// <summary>Without waits; each chunk is still flushed on its own.</summary>
    None,
}
