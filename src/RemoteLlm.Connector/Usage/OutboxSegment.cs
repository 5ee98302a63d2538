using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Usage;

/// <summary>A file of the outbox that nothing is appended to any more. It can go when the record with the last of its numbers has gone.</summary>
/// <param name="Path">The file.</param>
/// <param name="End">The number after that of its last record; -1 when it has none, and can go at once.</param>
internal sealed record OutboxSegment(string Path, long End)
{
    /// <summary>Reads a file that an earlier process left, and cuts off the end of a line that was never written whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="add">Takes each record, and since when it waits at most; gives the number after the record's own.</param>
    /// <param name="passed">Lines that are no records.</param>
    /// <exception cref="IOException">It cannot be read, or another process has it open; no record was given.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static OutboxSegment Read(string path, Func<UsageRecord, DateTimeOffset, long> add, out int passed)
    {
        var text = ReadWhole(path, out var since);
        var end = -1L;
        passed = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.IsEmpty)
                continue;
            if (UsageText.Read(line) is { } record)
                end = add(record, since);
            else
                passed++;
        }

        return new OutboxSegment(path, end);
    }

    private static ReadOnlySpan<byte> ReadWhole(string path, out DateTimeOffset written)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        var text = new byte[stream.Length];
        stream.ReadExactly(text);
        written = new DateTimeOffset(File.GetLastWriteTimeUtc(stream.SafeFileHandle), TimeSpan.Zero);
        var whole = text.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (whole < text.Length)
            stream.SetLength(whole);
        return text.AsSpan(0, whole);
    }
}
