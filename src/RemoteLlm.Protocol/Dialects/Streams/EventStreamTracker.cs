using System.Buffers;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>
/// Watches the bytes of a stream of server-sent events pass (WHATWG HTML, "Server-sent events": lines end in LF, CRLF or CR, a blank line ends an event),
/// so that a stream that breaks off can be ended honestly. Constant memory, no copy; of the events that come whole only the line ends
/// are looked for. Not thread-safe.
/// </summary>
/// <remarks>
/// How an interruption reaches a client. OpenAI's libraries for Node and Python join the data lines of an event, parse them as JSON, and raise an APIError
/// with our message when the result has a member <c>error</c>. An event that broke off in the middle of its JSON stands in the way: ended by a blank
/// line it is dispatched and fails to parse; ended by a line feed it is glued to ours and fails to parse; either way the program
/// gets a syntax error instead of the reason. So the half-written JSON is completed, byte for byte where it stopped, with <c>error</c> as its
/// last member. Tried with openai-node 6.49 on a recorded stream cut at every byte: always an APIError with our code and message, except inside
/// the six bytes of <c>[DONE]</c>, which nothing can turn into JSON.
/// </remarks>
public sealed class EventStreamTracker
{
    private readonly byte[] _head = new byte["data: [DONE]".Length + 1];
    private int _lineLength;
    private bool _afterCarriageReturn;
    private bool _eventBegun;
    private bool _eventHasData;
    private bool _done;
    private HalfEvent? _half;

    /// <summary>Whether the stream stands between two events, where a comment or an event of our own may be put.</summary>
    public bool AtEventBoundary => !_eventBegun && _lineLength == 0;

    /// <summary>How many events with data have ended; <c>[DONE]</c> is not counted.</summary>
    public long DataEvents { get; private set; }

    /// <summary>Whether <c>data: [DONE]</c> has come, be its line ended or not: the answer is whole, and an interruption takes nothing from it.</summary>
    public bool DoneSeen => _done || IsDone();

    /// <summary>Takes the next bytes of the stream, wherever it was split.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        var eventStart = 0;
        while (position < bytes.Length)
        {
            if (_afterCarriageReturn && bytes[position] == '\n')
            {
                position++;
                if (AtEventBoundary)
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

        if (!AtEventBoundary && eventStart < bytes.Length)
            (_half ??= new HalfEvent()).Observe(bytes[eventStart..]);
    }

    /// <summary>
    /// Ends a stream that broke off here: an event that is half-written is completed or sent off, the client is told the error, and nothing follows, above all no <c>[DONE]</c>.
    /// After <see cref="DoneSeen"/> only the event is ended, without an error. Call it once, as the last thing written.
    /// </summary>
    public void WriteInterruption(IBufferWriter<byte> output, ApiError error)
    {
        if (DoneSeen)
        {
            var midLine = _lineLength > 0 || _afterCarriageReturn;
            output.Write(AtEventBoundary ? default : midLine ? "\n\n"u8 : "\n"u8);
            return;
        }

        var member = new ArrayBufferWriter<byte>(512);
        member.Write("\"error\":"u8);
        ApiErrorWriter.WriteOpenAiObject(member, error);
        if (!AtEventBoundary && _half!.TryEndWith(output, member.WrittenSpan))
            return;

        output.Write("data: {"u8);
        output.Write(member.WrittenSpan);
        output.Write("}\n\n"u8);
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
            if (IsDone())
                _done = true;
            else
                _eventHasData |= IsData();
            _lineLength = 0;
            return false;
        }

        if (_eventHasData)
            DataEvents++;
        (_eventBegun, _eventHasData) = (false, false);
        return true;
    }

    private bool IsData() => _lineLength >= 4 && _head.AsSpan(0, 4).SequenceEqual("data"u8) && (_lineLength == 4 || _head[4] == ':');

    private bool IsDone() => _lineLength switch
    {
        12 => _head.AsSpan(0, 12).SequenceEqual("data: [DONE]"u8),
        11 => _head.AsSpan(0, 11).SequenceEqual("data:[DONE]"u8),
        _ => false,
    };
}
