namespace RemoteLlm.Broker.Usage.Files;

/// <summary>The whole lines of a file, one after another in a buffer of fixed size. What stands behind the last line feed was never finished, and is none.</summary>
/// <param name="file">The file, read from where it stands.</param>
internal sealed class LineReader(Stream file)
{
    /// <summary>Longest line, bytes; a record has a few hundred. Of a longer one this much is given, which is not valid JSON.</summary>
    public const int MaxLine = 64 * 1024;

    private readonly byte[] _buffer = new byte[1024 * 1024];
    private int _start;
    private int _end;
    private bool _skipping;

    /// <summary>Number of the line given last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line without its line feed, good until the next call.</summary>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var length = unread.IndexOf((byte)'\n');
            if (length >= 0)
            {
                _start += length + 1;
                if (_skipping)
                {
                    _skipping = false;
                    continue;
                }

                Number++;
                line = unread[..Math.Min(length, MaxLine)];
                return true;
            }

            if (!_skipping && unread.Length > MaxLine)
            {
                (_skipping, _start) = (true, _end);
                Number++;
                line = unread[..MaxLine];
                return true;
            }

            if (_skipping)
                _start = _end;
            if (!Fill())
            {
                line = default;
                return false;
            }
        }
    }

    private bool Fill()
    {
        Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        (_start, _end) = (0, _end - _start);
        var read = file.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
