using System.Buffers;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>
/// Watches a stream of JSON objects, one a line, as Ollama writes them. The last one says <c>"done":true</c> or, for a pull, <c>"status":"success"</c>; one with
/// <c>error</c> is the last too. A line that comes whole is only searched; one that comes in pieces is read, so that it can be closed where it broke off.
/// </summary>
public sealed class LineStreamTracker : StreamTracker
{
    private readonly HalfLine _half = new();
    private bool _begun;
    private bool _done;

    /// <inheritdoc/>
    public override bool AtBoundary => !_half.HasBegun;

    /// <inheritdoc/>
    public override bool DoneSeen => _done || _half.IsLast;

    /// <inheritdoc/>
    public override AnswerStage Stage => _begun ? AnswerStage.InOutput : AnswerStage.Awaited;

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<byte> bytes)
    {
        _begun |= !bytes.IsEmpty;
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            if (end >= 0 && !_half.HasBegun)
                _done |= HalfLine.EndsAnswer(line);
            else
                _half.Observe(line);
            if (end < 0)
                return;
            _done |= _half.End();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <inheritdoc/>
    public override void WriteInterruption(IBufferWriter<byte> output, ApiError error)
    {
        if (AtBoundary)
        {
            if (!_done)
                StreamErrors.Write(output, StreamFormat.ChatLines, error);
            return;
        }

        var done = DoneSeen;
        if (!done && _half.TryEndWith(output, StreamErrors.Members(StreamFormat.ChatLines, error)))
            return;
        output.Write("\n"u8);
        if (!done)
            StreamErrors.Write(output, StreamFormat.ChatLines, error);
    }
}
