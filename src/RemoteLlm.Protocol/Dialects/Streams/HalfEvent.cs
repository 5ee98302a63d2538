using System.Buffers;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>
/// What has come of an event that has not ended: which line it broke off in, and how far its JSON got. Only fed with the last, unfinished
/// event of each read, which in most reads is none.
/// </summary>
internal sealed class HalfEvent
{
    private const int LongestNameOfInterest = 5;

    private readonly JsonScanner _json = new(textCapacity: 0) { ReportDepth = -1 };
    private readonly byte[] _name = new byte[LongestNameOfInterest + 1];
    private int _nameLength;
    private Line _line;
    private bool _lineBegun;
    private bool _afterCarriageReturn;
    private bool _hasEventField;

    private enum Line
    {
        FieldName,
        Data,
        Other,
    }

    /// <summary>Forgets the event.</summary>
    public void Reset()
    {
        _json.Reset();
        BeginLine();
        (_afterCarriageReturn, _hasEventField) = (false, false);
    }

    /// <summary>Takes the next bytes of the event.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_afterCarriageReturn && bytes[0] == '\n')
                bytes = bytes[1..];
            _afterCarriageReturn = false;

            var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            Take(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
                return;
            EndLine();
            _afterCarriageReturn = bytes[end] == '\r';
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>
    /// Ends the event in such a way that the error is what its reader sees. JSON that broke off is completed with the error as a last member.
    /// An event without data becomes the error. What is whole, or cannot be completed, is sent off by a blank line, and false says that the
    /// error still needs an event of its own.
    /// </summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="errorMember"><c>"error":{…}</c></param>
    /// <param name="named">Errors of this format are events of that name.</param>
    public bool TryEndWith(IBufferWriter<byte> output, ReadOnlySpan<byte> errorMember, bool named = false)
    {
        // A line feed of ours after the stream's carriage return is part of the same line end, so it is never one too many.
        if (_afterCarriageReturn)
            output.Write("\n"u8);

        var open = _json.CanClose;
        if (_lineBegun && !(open && _line == Line.Data))
            output.Write("\n"u8);
        if (_json.HasBegun && !open)
        {
            output.Write("\n"u8);
            return false;
        }

        if (_line != Line.Data || !open)
            output.Write("data: "u8);
        if (open)
            _json.WriteClosing(output, errorMember);
        else
            WriteObject(output, errorMember);

        // A client that knows the event's name may look for errors only under "error"; of several names the last counts.
        output.Write(_hasEventField || named ? "\nevent: error\n\n"u8 : "\n\n"u8);
        return true;
    }

    private static void WriteObject(IBufferWriter<byte> output, ReadOnlySpan<byte> member)
    {
        output.Write("{"u8);
        output.Write(member);
        output.Write("}"u8);
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        _lineBegun |= !piece.IsEmpty;
        if (_line == Line.FieldName)
        {
            var colon = piece.IndexOf((byte)':');
            var name = colon < 0 ? piece : piece[..colon];
            var kept = Math.Min(name.Length, _name.Length - _nameLength);
            name[..kept].CopyTo(_name.AsSpan(_nameLength));
            _nameLength += kept;
            if (colon < 0)
                return;
            EndFieldName();
            piece = piece[(colon + 1)..];
        }

        if (_line == Line.Data)
            _json.Read(ref piece);
    }

    private void EndFieldName()
    {
        var name = _name.AsSpan(0, _nameLength);
        _line = name.SequenceEqual("data"u8) ? Line.Data : Line.Other;
        _hasEventField |= name.SequenceEqual("event"u8);
    }

    private void EndLine()
    {
        if (_line == Line.FieldName)
            EndFieldName();

        // Several data lines are one text with line feeds between. One that nothing follows does no harm: it is white space, or in a string a fault.
        if (_line == Line.Data)
        {
            var lineFeed = "\n"u8;
            _json.Read(ref lineFeed);
        }

        BeginLine();
    }

    private void BeginLine() => (_line, _lineBegun, _nameLength) = (Line.FieldName, false, 0);
}
