using System.Runtime.InteropServices;

namespace RemoteLlm.Broker.Usage.History;

/// <summary>The sums of one month under one user's name: a cell for each day, model and key that occurred.</summary>
internal sealed class UserMonth
{
    /// <summary>Cells of one day. Whoever has more models and keys than that on one day finds what is beyond under <see cref="Others"/>.</summary>
    public const int MaxCellsOfDay = 100;

    /// <summary>The name of models and keys that are not told apart.</summary>
    public const string Others = "(others)";

    private Cell[] _cells = new Cell[2];
    private int _count;

    public ReadOnlySpan<Cell> Cells => _cells.AsSpan(0, _count);

    /// <summary>Counts a request.</summary>
    /// <param name="entry">The request.</param>
    /// <param name="start">Since when the name is that of who has it now, Unix ms: what is older is in no sum with what is not.</param>
    /// <returns>Cells that it has more now, 0 or 1.</returns>
    public int Add(in HistoryEntry entry, long start)
    {
        var before = _count;
        var time = entry.Time.ToUnixTimeMilliseconds();
        ref var cell = ref CellOf(entry.Day.Day, entry.Model, new HistoryKey(entry.KeyId, entry.Key), time < start, start);
        cell.Figures.Add(entry);
        if (time >= cell.LastTime)
            (cell.LastTime, cell.Key) = (time, cell.Key.Id is null ? cell.Key : new HistoryKey(entry.KeyId, entry.Key));
        return _count - before;
    }

    /// <summary>Forgets the days before one.</summary>
    /// <returns>Cells that it has less now.</returns>
    public int Forget(int before)
    {
        var kept = 0;
        for (var at = 0; at < _count; at++)
        {
            if (_cells[at].Day >= before)
                _cells[kept++] = _cells[at];
        }

        var gone = _count - kept;
        Array.Clear(_cells, kept, gone);
        _count = kept;
        return gone;
    }

    // From the end: most requests are of the latest day.
    private ref Cell CellOf(int day, string model, HistoryKey key, bool isFormer, long start)
    {
        var ofDay = 0;
        for (var at = _count - 1; at >= 0; at--)
        {
            ref var cell = ref _cells[at];
            if (cell.Day != day || cell.LastTime < start != isFormer)
                continue;
            if (cell.Model == model && cell.Key == key)
                return ref cell;
            ofDay++;
        }

        if (ofDay >= MaxCellsOfDay && !ReferenceEquals(model, Others))
            return ref CellOf(day, Others, new HistoryKey(null, Others), isFormer, start);
        if (_count == _cells.Length)
            Array.Resize(ref _cells, _count + Math.Max(2, _count / 2));
        ref var made = ref _cells[_count++];
        (made.Day, made.Model, made.Key) = (day, model, key);
        return ref made;
    }

    /// <summary>What a user used on one day of one model by one key.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Cell
    {
        /// <summary>Day of the month.</summary>
        public int Day;

        public string Model;

        /// <summary>By the name that it had last.</summary>
        public HistoryKey Key;

        /// <summary>When the latest request came, Unix ms.</summary>
        public long LastTime;

        public HistoryFigures Figures;
    }
}
