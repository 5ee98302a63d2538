namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>Goes through the data lines of one event (WHATWG HTML, "Server-sent events"), whatever ends its lines.</summary>
internal ref struct DataLines(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _event = bytes;
    private int _next;

    /// <summary>Where the line's data begins, behind the colon.</summary>
    public int Start { get; private set; }

    /// <summary>Where it ends, before the line's end.</summary>
    public int End { get; private set; }

    /// <summary>The data; the space that a reader takes off is still there, and white space to JSON.</summary>
    public readonly ReadOnlySpan<byte> Data => _event[Start..End];

    /// <summary>Moves to the next data line, if there is one.</summary>
    public bool MoveNext()
    {
        while (_next < _event.Length)
        {
            var start = _next;
            var length = _event[start..].IndexOfAny((byte)'\r', (byte)'\n');
            End = length < 0 ? _event.Length : start + length;

            // Of a carriage return and a line feed the second ends an empty line, which is not one of data.
            _next = End + 1;
            var line = _event[start..End];
            if (!line.StartsWith("data"u8) || line is [_, _, _, _, not (byte)':', ..])
                continue;
            Start = Math.Min(start + "data:".Length, End);
            return true;
        }

        return false;
    }
}
