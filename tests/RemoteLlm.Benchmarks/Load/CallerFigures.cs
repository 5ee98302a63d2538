namespace RemoteLlm.Benchmarks.Load;

/// <summary>What one caller counts. Written by that caller only; the counters are read by the measurement while it runs.</summary>
internal sealed class CallerFigures(Window window)
{
    private long _requests;
    private long _chunks;
    private long _bytes;
    private long _errors;
    private readonly Dictionary<string, long> _byServer = new(StringComparer.Ordinal);

    public long Requests => Volatile.Read(ref _requests);

    public long Chunks => Volatile.Read(ref _chunks);

    public long Bytes => Volatile.Read(ref _bytes);

    public long Errors => Volatile.Read(ref _errors);

    /// <inheritdoc cref="LoadResult.EarlyErrors"/>
    public long EarlyErrors { get; private set; }

    /// <inheritdoc cref="LoadResult.ToldErrors"/>
    public long ToldErrors { get; private set; }

    public string? FirstError { get; private set; }

    /// <inheritdoc cref="LoadResult.ByServer"/>
    public IReadOnlyDictionary<string, long> ByServer => _byServer;

    public Durations FirstTokens { get; } = new();

    public Durations Wholes { get; } = new();

    public Durations OneWays { get; } = new();

    public Durations Gaps { get; } = new();

    public Durations AddedGaps { get; } = new();

    /// <param name="server">The server that the answer names; null where it names none.</param>
    /// <param name="ticks">How long it took.</param>
    public void CountRequest(string? server, long ticks)
    {
        Volatile.Write(ref _requests, _requests + 1);
        if (!window.IsOpen)
            return;
        Wholes.Add(ticks);
        if (server is not null)
            _byServer[server] = _byServer.GetValueOrDefault(server) + 1;
    }

    public void CountChunk() => Volatile.Write(ref _chunks, _chunks + 1);

    public void CountBytes(int bytes) => Volatile.Write(ref _bytes, _bytes + bytes);

    /// <param name="message">What went wrong.</param>
    /// <param name="early">Before the first chunk.</param>
    /// <param name="told">The stream said so.</param>
    public void CountError(string message, bool early, bool told)
    {
        FirstError ??= message;
        EarlyErrors += early ? 1 : 0;
        ToldErrors += told && !early ? 1 : 0;
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
