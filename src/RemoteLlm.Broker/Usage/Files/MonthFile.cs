namespace RemoteLlm.Broker.Usage.Files;

/// <summary>The file of a month, appended to by one writer. After every call it ends with a whole line, or will be cut to one before the next is written.</summary>
/// <param name="files">Where it is.</param>
/// <param name="path">Its path.</param>
internal sealed class MonthFile(ILedgerFiles files, string path) : IDisposable
{
    private const int Piece = 64 * 1024;

    private ILedgerFile? _file;
    private long _length;
    private bool _isTorn;

    /// <summary>Its path.</summary>
    public string Path => path;

    /// <summary>Opens it and cuts off a last line that was never finished. One that lacks its line feed only is a record, and gets it: an editor may have left it out.</summary>
    /// <returns>How many bytes were cut off.</returns>
    /// <exception cref="IOException">It cannot be opened, made or cut.</exception>
    public long Open()
    {
        _file?.Dispose();
        _file = null;
        var file = OpenFile();
        try
        {
            var length = file.Length;
            _length = EndOfLastLine(file, length);
            if (_length < length && IsRecord(file, _length, length) && TryEnd(file, length))
                _length = ++length;
            else if (_length < length)
                Cut(file);
            _isTorn = false;
            _file = file;
            return length - _length;
        }
        finally
        {
            if (_file is null)
                file.Dispose();
        }
    }

    /// <summary>Appends lines, and returns once they are on the disk.</summary>
    /// <exception cref="IOException">They are not, and nothing of them is left in the file, or will be before more is written.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        if (_file is not { } file || !(_isTorn || file.IsStill(_length)))
        {
            Open();
            file = _file!;
        }

        if (_isTorn)
        {
            Cut(file);
            _isTorn = false;
        }

        try
        {
            file.Write(lines, _length);
            file.Flush();
        }
        catch (IOException)
        {
            Restore(file);
            throw;
        }

        _length += lines.Length;
    }

    public void Dispose() => _file?.Dispose();

    private ILedgerFile OpenFile()
    {
        try
        {
            return files.Open(path);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private void Restore(ILedgerFile file)
    {
        _isTorn = true;
        try
        {
            Cut(file);
            _isTorn = false;
        }
        catch (IOException)
        {
            // Again before the next lines are written; or at the next start.
        }
    }

    private void Cut(ILedgerFile file)
    {
        file.Cut(_length);
        file.Flush();
    }

    private static bool IsRecord(ILedgerFile file, long start, long end)
    {
        if (end - start > LineReader.MaxLine)
            return false;
        var text = new byte[end - start];
        return file.Read(text, start) == text.Length && UsageLineReader.TryRead(text, out _, out _);
    }

    // Where the disk is full it is cut off after all: a broker starts then too.
    private static bool TryEnd(ILedgerFile file, long length)
    {
        try
        {
            file.Write("\n"u8, length);
            file.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static long EndOfLastLine(ILedgerFile file, long length)
    {
        var piece = new byte[Piece];
        for (var end = length; end > 0;)
        {
            var start = Math.Max(0, end - Piece);
            var read = file.Read(piece.AsSpan(0, (int)(end - start)), start);
            if (piece.AsSpan(0, read).LastIndexOf((byte)'\n') is >= 0 and var at)
                return start + at + 1;
            end = start;
        }

        return 0;
    }
}
