using RemoteLlm.Hosting.Files;

namespace RemoteLlm.Broker.Usage.Files;

/// <summary>Files on the disk, mode 600.</summary>
internal sealed class DiskLedgerFiles : ILedgerFiles
{
    public ILedgerFile Open(string path)
    {
        var made = !File.Exists(path);
        // Others may read it, and a backup may move it away.
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = AtomicFile.OwnerOnly;
        var stream = new FileStream(path, options);
        if (made)
            FolderSync.Flush(Path.GetDirectoryName(path)!);
        return new DiskFile(path, stream);
    }

    private sealed class DiskFile(string path, FileStream stream) : ILedgerFile
    {
        public long Length => RandomAccess.GetLength(stream.SafeFileHandle);

        // One system call each; the name decides where a reader or the next start finds what is written now.
        public bool IsStill(long length) => new FileInfo(path) is { Exists: true } file && file.Length == length && Length == length;

        public int Read(Span<byte> bytes, long at)
        {
            var read = 0;
            while (read < bytes.Length && RandomAccess.Read(stream.SafeFileHandle, bytes[read..], at + read) is > 0 and var more)
                read += more;
            return read;
        }

        public void Write(ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(stream.SafeFileHandle, bytes, at);

        public void Flush() => RandomAccess.FlushToDisk(stream.SafeFileHandle);

        public void Cut(long length) => RandomAccess.SetLength(stream.SafeFileHandle, length);

        public void Dispose() => stream.Dispose();
    }
}
