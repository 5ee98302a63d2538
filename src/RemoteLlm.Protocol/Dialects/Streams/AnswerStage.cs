namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>How far a streamed answer is, as its heartbeats must know.</summary>
public enum AnswerStage
{
    /// <summary>Not a byte of it has come.</summary>
    Awaited,

    /// <summary>It has begun.</summary>
    Begun,

    /// <summary>Its output has begun.</summary>
    InOutput,
}
