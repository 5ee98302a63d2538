namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>Into what pieces an answer is cut on its way out of the LLM server. Each is written and flushed on its own.</summary>
public enum Chunking
{
    /// <summary>As the cassette has it.</summary>
    AsRecorded,

    /// <summary>One byte at a time.</summary>
    OneByte,

    /// <summary>All at once.</summary>
    AllAtOnce,

    /// <summary>A cut behind the first byte of each character that has several.</summary>
    WithinCharacters,

    /// <summary>A cut in the middle of each line and within each line end: no piece ends where a frame does.</summary>
    WithinFrames,
}
