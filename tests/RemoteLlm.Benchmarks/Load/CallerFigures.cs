namespace RemoteLlm.Benchmarks.Load;

/// <summary>What one caller counts. Written by that caller only; the counters are read by the measurement while it runs.</summary>
internal sealed class CallerFigures(Window window)
{
    private long requests;
    private long chunks;
    private long errors;

    public long Requests => Volatile.Read(ref requests);

    public long Chunks => Volatile.Read(ref chunks);

    public long Errors => Volatile.Read(ref errors);

    public string? FirstError { get; private set; }

    public Durations FirstTokens { get; } = new();

    public Durations OneWays { get; } = new();

    public Durations Gaps { get; } = new();

    public void CountRequest() => Volatile.Write(ref requests, requests + 1);

    public void CountChunk() => Volatile.Write(ref chunks, chunks + 1);

    public void CountError(string message)
    {
        FirstError ??= message;
        Volatile.Write(ref errors, errors + 1);
    }

    public void FirstToken(long ticks)
    {
        if (window.IsOpen)
            FirstTokens.Add(ticks);
    }

    public void Chunk(long oneWay, long gap)
    {
        if (!window.IsOpen)
            return;
        OneWays.Add(oneWay);
        Gaps.Add(gap);
    }
}
