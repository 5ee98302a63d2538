using System.Buffers;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>
/// Watches the bytes of a stream of server-sent events pass (WHATWG HTML, "Server-sent events": lines end in LF, CRLF or CR, a blank line ends an event),
/// so that a stream that breaks off can be ended honestly. Of the events that come whole only the line ends
/// are looked for.
/// </summary>
/// <remarks>
/// How an interruption reaches a client. OpenAI's libraries for Node and Python join the data lines of an event, parse them as JSON, and raise an APIError
/// with our message when the result has a member <c>error</c>. An event that broke off in the middle of its JSON stands in the way: ended by a blank
/// line it is dispatched and fails to parse; ended by a line feed it is glued to ours and fails to parse; either way the program
/// gets a syntax error instead of the reason. So the half-written JSON is completed, byte for byte where it stopped, with <c>error</c> as its
/// last member. Tried with openai-node 6.49 on a recorded stream cut at every byte: always an APIError with our code and message, except inside
/// the six bytes of <c>[DONE]</c>, which nothing can turn into JSON.
/// </remarks>
/// <param name="format">What the events are: by what the end is known, and how an error is told.</param>
public sealed class EventStreamTracker(StreamFormat format = StreamFormat.ChatEvents) : StreamTracker
{
    // The longest line that is recognised, and one byte to tell it from longer ones.
    private readonly byte[] _head = new byte["event: response.incomplete".Length + 1];
    private int _lineLength;
    private bool _afterCarriageReturn;
    private bool _eventBegun;
    private bool _eventHasData;
    private bool _eventIsLast;
    private bool _done;
    private HalfEvent? _half;
    private string? _answerId;
    private AnswerStage _stage;

    /// <inheritdoc/>
    public override bool AtBoundary => !_eventBegun && _lineLength == 0;

    /// <summary>How many events with data have ended; <c>[DONE]</c> is not counted.</summary>
    public long DataEvents { get; private set; }

    /// <summary>Whether <c>data: [DONE]</c> has come, be its line ended or not, or the event that ends an answer of this format.</summary>
    public override bool DoneSeen => _done || IsDone();

    /// <inheritdoc/>
    public override AnswerStage Stage => _stage;

    /// <inheritdoc/>
    public override string? AnswerId => _answerId;

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<byte> bytes)
    {
        if (format == StreamFormat.ResponseEvents && _answerId is null)
            _answerId = ResponseId.Find(bytes);
        var position = 0;
        var eventStart = 0;
        while (position < bytes.Length)
        {
            if (_afterCarriageReturn && bytes[position] == '\n')
            {
                position++;
                if (AtBoundary)
                    eventStart = position;
            }

            _afterCarriageReturn = false;
            var rest = bytes[position..];
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            Extend(end < 0 ? rest : rest[..end]);
            if (end < 0)
                break;

            _afterCarriageReturn = rest[end] == '\r';
            position += end + 1;
            if (EndLine())
            {
                _half?.Reset();
                eventStart = position;
            }
        }

        if (!AtBoundary && eventStart < bytes.Length)
            (_half ??= new HalfEvent()).Observe(bytes[eventStart..]);
    }

    /// <inheritdoc/>
    public override void WriteInterruption(IBufferWriter<byte> output, ApiError error)
    {
        if (DoneSeen)
        {
            var midLine = _lineLength > 0 || _afterCarriageReturn;
            output.Write(AtBoundary ? default : midLine ? "\n\n"u8 : "\n"u8);
            return;
        }

        if (AtBoundary || !_half!.TryEndWith(output, StreamErrors.Members(format, error), StreamErrors.HasEventName(format)))
            StreamErrors.Write(output, format, error);
    }

    private void Extend(ReadOnlySpan<byte> piece)
    {
        if (_lineLength < _head.Length)
            piece[..Math.Min(piece.Length, _head.Length - _lineLength)].CopyTo(_head.AsSpan(_lineLength));
        _lineLength = (int)Math.Min((long)_lineLength + piece.Length, int.MaxValue);
    }

    /// <summary>True when the line that ended was the blank one after an event, or a blank one more.</summary>
    private bool EndLine()
    {
        if (_lineLength > 0)
        {
            _eventBegun = true;
            RecogniseName();
            if (IsDone())
                _done = true;
            else
                _eventHasData |= IsData();
            _lineLength = 0;
            return false;
        }

        if (_eventHasData)
            DataEvents++;
        _done |= _eventIsLast;
        (_eventBegun, _eventHasData, _eventIsLast) = (false, false, false);
        return true;
    }

    private bool IsData() => _lineLength >= 4 && _head.AsSpan(0, 4).SequenceEqual("data"u8) && (_lineLength == 4 || _head[4] == ':');

    private bool IsDone() => _lineLength switch
    {
        12 => _head.AsSpan(0, 12).SequenceEqual("data: [DONE]"u8),
        11 => _head.AsSpan(0, 11).SequenceEqual("data:[DONE]"u8),
        _ => false,
    };

    // Servers write the names in full; of the others' events nothing is decided by them.
    private void RecogniseName()
    {
        // Of a longer line the beginning is there, and one byte more than the longest name that is looked for: it equals none of them.
        var line = _head.AsSpan(0, Math.Min(_lineLength, _head.Length));
        if (!line.StartsWith("event:"u8))
        {
            if (_stage == AnswerStage.Awaited && IsData())
                _stage = AnswerStage.Begun;
            return;
        }

        var name = line["event:".Length..].TrimStart((byte)' ');
        if (format == StreamFormat.MessageEvents)
            _eventIsLast |= name.SequenceEqual("message_stop"u8) || name.SequenceEqual("error"u8);
        if (format != StreamFormat.ResponseEvents)
            return;
        _eventIsLast |= name.SequenceEqual("response.completed"u8) || name.SequenceEqual("response.incomplete"u8) || name.SequenceEqual("response.failed"u8) || name.SequenceEqual("error"u8);
        if (name.StartsWith("response.output"u8))
            _stage = AnswerStage.InOutput;
        else if (_stage == AnswerStage.Awaited)
            _stage = AnswerStage.Begun;
    }
}
