using System.Buffers;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// Takes token usage out of a stream of chat or completion chunks (<see cref="StreamFormat.ChatEvents"/>) again, for a client that did not ask for it
/// when we did: the event that has nothing else (<c>"choices": []</c>) goes, and of every other one the top-level <c>usage</c>, which a server that
/// was asked sends as null with each. All else passes byte for byte. Not thread-safe.
/// </summary>
/// <remarks>
/// Whole events are written by the call that brings them. Of one that is not whole yet the bytes are held back, at most <see cref="LargestEvent"/>;
/// a larger one passes as it is, and so does what is not JSON.
/// </remarks>
public sealed class StreamUsageFilter
{
    /// <summary>The most bytes of an event that are held back, 1 MiB: no chunk comes near it, and no server can make us keep more.</summary>
    public const int LargestEvent = 1024 * 1024;

    private readonly EventUsage _usage = new();
    private byte[] _held = [];
    private int _heldLength;
    private bool _passing;
    private bool _dropped;
    private bool _lineBegun;
    private bool _afterCarriageReturn;

    /// <summary>Whether a part of an unfinished event is held back.</summary>
    public bool Holds => _heldLength > 0;

    /// <summary>Takes the next bytes of the stream, wherever it was split, and writes what the client gets of them.</summary>
    public void Filter(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        // A line feed behind the carriage return of an event's last line is part of that line's end, and shares the fate of the event.
        if (_afterCarriageReturn && bytes is [(byte)'\n', ..])
        {
            _afterCarriageReturn = false;
            if (Holds)
                Hold(bytes[..1]);
            else if (!_dropped)
                output.Write(bytes[..1]);
            bytes = bytes[1..];
        }

        if (bytes.IsEmpty)
            return;
        if (!Holds && !_passing && EndsWithBlankLine(bytes) && !EventUsage.MayBeIn(bytes))
        {
            output.Write(bytes);
            (_dropped, _lineBegun, _afterCarriageReturn) = (false, false, bytes[^1] == '\r');
            return;
        }

        bytes = EndHeldEvent(bytes, output);
        FilterEvents(bytes, output);
    }

    /// <summary>Writes what is held back, as it is: the stream has ended or broken off there.</summary>
    public void Release(IBufferWriter<byte> output)
    {
        if (!Holds)
            return;
        output.Write(_held.AsSpan(0, _heldLength));
        (_heldLength, _passing, _dropped) = (0, true, false);
    }

    /// <summary>Writes, held back or passed on, the event that earlier reads have begun, and returns what follows it.</summary>
    private ReadOnlySpan<byte> EndHeldEvent(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (!Holds && !_passing)
            return bytes;

        var end = FindEventEnd(bytes);
        var part = end < 0 ? bytes : bytes[..end];
        if (!_passing && _heldLength + part.Length > LargestEvent)
            Release(output);
        if (_passing)
        {
            output.Write(part);
            _passing = end < 0;
            _dropped = false;
        }
        else
        {
            Hold(part);
            if (end >= 0)
            {
                _dropped = !_usage.Write(_held.AsSpan(0, _heldLength), output);
                _heldLength = 0;
            }
        }

        return bytes[part.Length..];
    }

    private void FilterEvents(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        // What passes as it is is copied in one go with its neighbours.
        var verbatim = 0;
        var position = 0;
        while (position < bytes.Length)
        {
            if (_afterCarriageReturn && bytes[position] == '\n')
            {
                // Ours to skip only when the event before it was written by itself.
                _afterCarriageReturn = false;
                if (_dropped)
                    verbatim = position + 1;
                position++;
                continue;
            }

            var length = FindEventEnd(bytes[position..]);
            if (length < 0)
                break;
            var whole = bytes.Slice(position, length);
            _dropped = false;
            if (length <= LargestEvent && EventUsage.MayBeIn(whole))
            {
                output.Write(bytes[verbatim..position]);
                _dropped = !_usage.Write(whole, output);
                verbatim = position + length;
            }

            position += length;
        }

        output.Write(bytes[verbatim..position]);
        var rest = bytes[position..];
        if (rest.Length > LargestEvent)
        {
            output.Write(rest);
            (_passing, _dropped) = (true, false);
        }
        else
        {
            Hold(rest);
        }
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _held.Length - _heldLength)
            Array.Resize(ref _held, Math.Max(_heldLength + bytes.Length, Math.Clamp(2 * _held.Length, 1024, LargestEvent)));
        bytes.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += bytes.Length;
    }

    /// <summary>
    /// The length of what is left of the event, its blank line included, but not a line feed after the carriage return of that: it may come with the next read.
    /// -1 when the event goes on.
    /// </summary>
    private int FindEventEnd(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (position < bytes.Length)
        {
            if (_afterCarriageReturn && bytes[position] == '\n')
                position++;
            _afterCarriageReturn = false;
            var rest = bytes[position..];
            if (rest.IsEmpty)
                break;
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            _lineBegun |= end != 0;
            if (end < 0)
                break;

            _afterCarriageReturn = rest[end] == '\r';
            position += end + 1;
            if (!_lineBegun)
                return position;
            _lineBegun = false;
        }

        return -1;
    }

    private static bool EndsWithBlankLine(ReadOnlySpan<byte> bytes)
    {
        var line = bytes is [.., (byte)'\r', (byte)'\n'] ? bytes[..^2] : bytes is [.., (byte)'\r' or (byte)'\n'] ? bytes[..^1] : bytes;
        return line.Length < bytes.Length && line is [] or [.., (byte)'\r' or (byte)'\n'];
    }
}
