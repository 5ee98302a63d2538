using RemoteLlm.Replay.Cassettes;

namespace RemoteLlm.Replay.Recording;

/// <summary>What one answer of the target has been so far. Bounded: an answer that outgrows it is relayed to its end, but not recorded.</summary>
internal sealed class Tape
{
    private const int MostBytes = 16 * 1024 * 1024;
    private const int MostChunks = 100_000;

    private readonly List<CassetteChunk> _chunks = [];
    private readonly TimeProvider _time;
    private long _last;
    private long _bytes;

    /// <summary>Starts the clock.</summary>
    public Tape(TimeProvider time)
    {
        _time = time;
        _last = time.GetTimestamp();
    }

    /// <summary>Time to the headers; set by <see cref="MarkHeaders"/>.</summary>
    public TimeSpan HeadersAfter { get; private set; }

    /// <summary>What was read, in order, as it was read.</summary>
    public IReadOnlyList<CassetteChunk> Chunks => _chunks;

    /// <summary>True when the answer was too large to keep.</summary>
    public bool IsFull { get; private set; }

    /// <summary>
    /// The answer so far. One with a length becomes one body: the pieces in which it came are only those of the network.
    /// </summary>
    public CassetteResponse Answer(int status, IReadOnlyList<CassetteHeader> headers, bool streamed, ResponseEnd end)
    {
        if (streamed)
        {
            return new CassetteResponse(status, headers, HeadersAfter, Streamed: true, Chunks, end);
        }

        var after = _chunks.Aggregate(HeadersAfter, (sum, chunk) => sum + chunk.After);
        return new CassetteResponse(status, headers, after, Streamed: false, [new CassetteChunk(TimeSpan.Zero, MaskedChunks.Join(_chunks))], end);
    }

    /// <summary>The headers have come.</summary>
    public void MarkHeaders() => HeadersAfter = SinceLast();

    /// <summary>Bytes have come.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        _bytes += bytes.Length;
        IsFull |= _bytes > MostBytes || _chunks.Count == MostChunks;
        if (!IsFull)
        {
            _chunks.Add(new CassetteChunk(SinceLast(), bytes.ToArray()));
        }
    }

    private TimeSpan SinceLast()
    {
        var now = _time.GetTimestamp();
        var since = _time.GetElapsedTime(_last, now);
        _last = now;
        return since;
    }
}
