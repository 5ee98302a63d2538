namespace RemoteLlm.Testing.Faults;

/// <summary>
/// The rate of one direction of a line, shared by its connections in turns of 4 ms, as a router with fair queueing does.
/// A byte occupies the line for 1/rate seconds; a line that was idle has saved nothing up.
/// </summary>
internal sealed class Pace(LineClock clock)
{
    /// <summary>How long one connection may occupy the line before it is another's turn: short against every gap worth measuring.</summary>
    private static readonly TimeSpan s_pieceTime = TimeSpan.FromMilliseconds(4);

    /// <summary>How much of the past a sender that was waiting may still use: timers are late, and the line is not to be slower for it.</summary>
    private readonly long _catchUp = clock.Of(TimeSpan.FromMilliseconds(50));

    private readonly Lock _gate = new();
    private long _bytesPerSecond;
    private long _freeAt;

    /// <summary>Bytes per second; 0 for no limit.</summary>
    public long BytesPerSecond
    {
        get => Volatile.Read(ref _bytesPerSecond);
        set => Volatile.Write(ref _bytesPerSecond, value);
    }

    /// <summary>How many of so many bytes are one turn's piece.</summary>
    public int Piece(int bytes) => BytesPerSecond is var rate and > 0
        ? (int)Math.Clamp((long)(rate * s_pieceTime.TotalSeconds), 1, bytes)
        : bytes;

    /// <summary>Books the line for a piece.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="since">The moment since which it has been there, waiting for the line.</param>
    /// <returns>The moment at which its last byte has left.</returns>
    public long Book(int bytes, long since)
    {
        var now = clock.Now;
        if (BytesPerSecond is not (var rate and > 0))
            return now;
        lock (_gate)
            return _freeAt = Math.Max(_freeAt, Math.Max(since, now - _catchUp)) + clock.Of(bytes, rate);
    }
}
