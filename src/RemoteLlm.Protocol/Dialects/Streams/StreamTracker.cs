using System.Buffers;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>
/// Watches the bytes of a streamed answer pass, wherever they are split, so that something may be put in between two frames, and so that a stream that
/// breaks off can be ended honestly. Constant memory, no copy. Not thread-safe.
/// </summary>
public abstract class StreamTracker
{
    /// <summary>Whether the stream stands between two frames, where a heartbeat or an error of our own may be put.</summary>
    public abstract bool AtBoundary { get; }

    /// <summary>Whether the last frame that matters has come: the answer is whole, and an interruption takes nothing from it.</summary>
    public abstract bool DoneSeen { get; }

    /// <summary>How far the answer is.</summary>
    public abstract AnswerStage Stage { get; }

    /// <summary>The id that the answer goes by, where its heartbeats need it; null as long as it is unknown.</summary>
    public virtual string? AnswerId => null;

    /// <summary>A tracker for the format.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The format is <see cref="StreamFormat.None"/>.</exception>
    public static StreamTracker For(StreamFormat format) => format switch
    {
        StreamFormat.ChatEvents or StreamFormat.ResponseEvents or StreamFormat.MessageEvents or StreamFormat.OtherEvents => new EventStreamTracker(format),
        StreamFormat.ChatLines or StreamFormat.GenerateLines or StreamFormat.ProgressLines => new LineStreamTracker(),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "It does not stream."),
    };

    /// <summary>Takes the next bytes of the stream, wherever it was split.</summary>
    public abstract void Observe(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Ends a stream that broke off here: a frame that is half-written is completed or sent off, the client is told the error, and nothing follows.
    /// After <see cref="DoneSeen"/> only the frame is ended, without an error. Call it once, as the last thing written.
    /// </summary>
    public abstract void WriteInterruption(IBufferWriter<byte> output, ApiError error);
}
