using System.Buffers;
using RemoteLlm.Broker.Usage.Files;

namespace RemoteLlm.Broker.Usage;

/// <summary>The lines of one month that are written together, and who waits for them.</summary>
internal sealed class LedgerGroup(LedgerBooks.Book book)
{
    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly HashSet<UInt128> _ids = [];
    private readonly List<SettledRecord> _records = [];
    private readonly List<PendingBatch> _batches = [];

    /// <summary>The records that are in no file yet.</summary>
    public IReadOnlyList<SettledRecord> Records => _records;

    public int Bytes => _lines.WrittenCount;

    /// <summary>Takes a record, unless it is known.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Take(SettledRecord record, PendingBatch batch, UsageLineWriter writer)
    {
        if (book.Ids.Contains(record.Key))
            return false;
        // Also whoever brings again what is still to be written waits until it is.
        if (_batches is not [.., var last] || last != batch)
            _batches.Add(batch);
        if (!_ids.Add(record.Key))
            return false;
        writer.Write(_lines, record.Record);
        _records.Add(record);
        return true;
    }

    /// <summary>Writes the lines; from then on the ids are known.</summary>
    /// <exception cref="IOException">None of them was written.</exception>
    public void Write()
    {
        if (_records.Count == 0)
            return;
        book.File.Append(_lines.WrittenSpan);
        book.Ids.UnionWith(_ids);
    }

    /// <summary>None of its batches can be acknowledged.</summary>
    public void Fail(IOException failure)
    {
        foreach (var batch in _batches)
            batch.Failure = failure;
    }
}
