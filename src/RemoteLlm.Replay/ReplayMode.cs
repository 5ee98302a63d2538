namespace RemoteLlm.Replay;

/// <summary>Where the answers of a replay server come from.</summary>
public enum ReplayMode
{
    /// <summary>From cassettes only; nothing leaves the machine.</summary>
    Replay,

    /// <summary>From the target, and each finished exchange is written as a cassette.</summary>
    Record,

    /// <summary>From the target; nothing is written.</summary>
    Live,
}
