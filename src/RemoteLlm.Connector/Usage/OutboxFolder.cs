using System.Buffers;
using System.Globalization;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Usage;

/// <summary>
/// The outbox on the disk: a folder of files of JSON lines, <c>00000001.jsonl</c> and so on. Lines are appended to the newest; a file goes as a whole when all of its records have gone, so that
/// nothing in it is ever changed. What was written outlives the process at once; a machine that loses power may lose its last half minute, which is the system's to write. Not safe for
/// several threads.
/// </summary>
/// <remarks>A file is open to one process. One that another has open, a predecessor that finishes its requests, is left to that one, and taken over when it has ended and records are left in it.</remarks>
internal sealed class OutboxFolder(string path, int segmentBytes = OutboxFolder.SegmentBytes) : IDisposable
{
    /// <summary>The folder's name in the data folder.</summary>
    public const string Name = "outbox";

    /// <summary>A file that has grown to this is closed, 1 MB: some thousand records, the most that one acknowledged record too few can keep there.</summary>
    public const int SegmentBytes = 1024 * 1024;

    private const string Extension = ".jsonl";

    // Read and enter for the owner alone (700).
    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly List<OutboxSegment> _closed = [];
    private readonly ArrayBufferWriter<byte> _text = new();
    private FileStream? _open;
    private long _length;
    private long _openEnd;
    private long _number;

    /// <summary>Reads what other processes left: earlier ones, and a predecessor that has ended since the last look. Lines that are no records are passed over.</summary>
    /// <param name="add">Takes each record, and since when it waits at most; gives the number after the record's own.</param>
    /// <returns>How many lines were passed over, and how many files, because another process has them open or they cannot be read; those stay as they are.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public (int Lines, int Files) Load(Func<UsageRecord, DateTimeOffset, long> add)
    {
        var (lines, files) = (0, 0);
        if (!Directory.Exists(path))
            return (0, 0);
        foreach (var file in Directory.GetFiles(path, "*" + Extension).Order(StringComparer.Ordinal))
        {
            if (!long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || IsOurs(Path.GetFileName(file)))
                continue;
            _number = Math.Max(_number, number);
            try
            {
                _closed.Add(OutboxSegment.Read(file, add, out var passed));
                lines += passed;
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // Its process has emptied and removed it meanwhile.
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                files++;
            }
        }

        return (lines, files);
    }

    /// <summary>Appends records.</summary>
    /// <param name="records">The records; at least one.</param>
    /// <param name="end">The number after that of the last.</param>
    /// <exception cref="IOException">Nothing of them counts as written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Append(List<UsageRecord> records, long end)
    {
        _text.ResetWrittenCount();
        foreach (var record in records)
            UsageText.Write(_text, record);
        var file = _open ??= Create();
        try
        {
            file.Position = _length;
            file.Write(_text.WrittenSpan);
        }
        catch (IOException)
        {
            // A full disk has taken a part of it, perhaps: what is written next begins where this did.
            TryCut(file, _length);
            throw;
        }

        _length += _text.WrittenCount;
        _openEnd = end;
        if (_length >= segmentBytes)
            CloseOpen();
    }

    /// <summary>Removes what holds no record from <paramref name="first"/> on.</summary>
    /// <exception cref="IOException">Something could not be removed; it is tried again next time.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Forget(long first)
    {
        // The open file is emptied, not removed: at a usual pace this happens several times a second.
        if (_open is not null && _length > 0 && _openEnd <= first)
        {
            _open.SetLength(0);
            _length = 0;
        }

        while (_closed.Count > 0 && _closed[0].End <= first)
        {
            File.Delete(_closed[0].Path);
            _closed.RemoveAt(0);
        }
    }

    /// <summary>Closes it. A file without records goes.</summary>
    public void Dispose()
    {
        if (_open is not { } file)
            return;
        _open = null;
        var name = file.Name;
        try
        {
            if (_length > 0)
                file.Flush(flushToDisk: true);
            file.Dispose();
            if (_length == 0)
                File.Delete(name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start reads what is there.
        }
    }

    private FileStream Create()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnFolder);
        while (true)
        {
            var file = Path.Combine(path, (++_number).ToString("D8", CultureInfo.InvariantCulture) + Extension);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = AtomicFile.OwnerOnly;
            try
            {
                var stream = new FileStream(file, options);
                _length = 0;
                return stream;
            }
            catch (IOException) when (File.Exists(file))
            {
                // Another process has made it meanwhile.
            }
        }
    }

    private bool IsOurs(string file) => (_open is { } open && Path.GetFileName(open.Name) == file) || _closed.Exists(segment => Path.GetFileName(segment.Path) == file);

    private void CloseOpen()
    {
        if (_open is not { } file)
            return;
        _open = null;
        _closed.Add(new OutboxSegment(file.Name, _openEnd));
        file.Dispose();
    }

    private static void TryCut(FileStream file, long length)
    {
        try
        {
            file.SetLength(length);
        }
        catch (IOException)
        {
            // What is read back passes over it.
        }
    }
}
