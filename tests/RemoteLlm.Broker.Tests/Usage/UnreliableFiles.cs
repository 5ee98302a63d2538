using RemoteLlm.Broker.Usage.Files;

namespace RemoteLlm.Broker.Tests.Usage;

/// <summary>Files on a disk that is full or broken when a test says so.</summary>
internal sealed class UnreliableFiles : ILedgerFiles
{
    private readonly DiskLedgerFiles _disk = new();

    /// <summary>Bytes that still fit.</summary>
    public long Free { get; set; } = long.MaxValue;

    public bool FlushFails { get; set; }

    public bool CutFails { get; set; }

    /// <summary>Synchronisations so far.</summary>
    public int Flushes { get; private set; }

    /// <summary>Waits before each write, so that a test can let others queue behind it.</summary>
    public Action? BeforeWrite { get; set; }

    public ILedgerFile Open(string path) => new Unreliable(this, _disk.Open(path));

    private sealed class Unreliable(UnreliableFiles disk, ILedgerFile file) : ILedgerFile
    {
        public long Length => file.Length;

        public bool IsStill(long length) => file.IsStill(length);

        public int Read(Span<byte> bytes, long at) => file.Read(bytes, at);

        public void Write(ReadOnlySpan<byte> bytes, long at)
        {
            disk.BeforeWrite?.Invoke();
            var fits = (int)Math.Min(bytes.Length, disk.Free);
            file.Write(bytes[..fits], at);
            disk.Free -= fits;
            if (fits < bytes.Length)
                throw new IOException("No space left on device");
        }

        public void Flush()
        {
            disk.Flushes++;
            if (disk.FlushFails)
                throw new IOException("Input/output error");
            file.Flush();
        }

        public void Cut(long length)
        {
            if (disk.CutFails)
                throw new IOException("Input/output error");
            file.Cut(length);
        }

        public void Dispose() => file.Dispose();
    }
}
