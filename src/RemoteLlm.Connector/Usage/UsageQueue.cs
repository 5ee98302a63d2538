using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Usage;

/// <summary>Records in the order in which they came, each with a number; numbers have no gaps. Not safe for several threads.</summary>
internal sealed class UsageQueue
{
    private Entry[] _ring = new Entry[16];

    /// <summary>The number of the oldest; <see cref="Next"/> when there is none.</summary>
    public long First { get; private set; }

    /// <summary>The number that the next one gets.</summary>
    public long Next { get; private set; }

    public int Count => (int)(Next - First);

    /// <summary>What they take as text, as <see cref="UsageText.MostBytes"/> counts.</summary>
    public long Bytes { get; private set; }

    /// <summary>When the oldest came; to be asked for while there is one.</summary>
    public DateTimeOffset Oldest => At(First).Since;

    public UsageRecord this[long number] => At(number).Record;

    public int BytesOf(long number) => At(number).Bytes;

    public void Add(UsageRecord record, int bytes, DateTimeOffset since)
    {
        if (Count == _ring.Length)
            Grow();
        Next++;
        At(Next - 1) = new Entry(record, bytes, since);
        Bytes += bytes;
    }

    /// <summary>Takes the oldest out.</summary>
    public UsageRecord Take()
    {
        ref var entry = ref At(First);
        var record = entry.Record;
        Bytes -= entry.Bytes;
        entry = default;
        First++;
        return record;
    }

    private ref Entry At(long number) => ref _ring[number % _ring.Length];

    private void Grow()
    {
        var larger = new Entry[_ring.Length * 2];
        for (var number = First; number < Next; number++)
            larger[number % larger.Length] = At(number);
        _ring = larger;
    }

    private record struct Entry(UsageRecord Record, int Bytes, DateTimeOffset Since);
}
