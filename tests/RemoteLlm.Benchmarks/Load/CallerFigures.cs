namespace RemoteLlm.Benchmarks.Load;

/// <summary>What one caller counts. Written by that caller only; the counters are read by the measurement while it runs.</summary>
internal sealed class CallerFigures(Window window)
{
    private long _requests;
    private long _chunks;
    private long _bytes;
    private long _errors;

    public long Requests => Volatile.Read(ref _requests);

    public long Chunks => Volatile.Read(ref _chunks);

    public long Bytes => Volatile.Read(ref _bytes);

    public long Errors => Volatile.Read(ref _errors);

    public string? FirstError { get; private set; }

    public Durations FirstTokens { get; } = new();

    public Durations OneWays { get; } = new();

    public Durations Gaps { get; } = new();

    public Durations AddedGaps { get; } = new();

    public void CountRequest() => Volatile.Write(ref _requests, _requests + 1);

    public void CountChunk() => Volatile.Write(ref _chunks, _chunks + 1);

    public void CountBytes(int bytes) => Volatile.Write(ref _bytes, _bytes + bytes);

    public void CountError(string message)
    {
        FirstError ??= message;
        Volatile.Write(ref _errors, _errors + 1);
    }

    public void FirstToken(long ticks)
    {
        if (window.IsOpen)
            FirstTokens.Add(ticks);
    }

    public void Chunk(long oneWay, long gap, long addedGap)
    {
        if (!window.IsOpen)
            return;
        AddedGaps.Add(addedGap);
        OneWays.Add(oneWay);
        Gaps.Add(gap);
    }
}
