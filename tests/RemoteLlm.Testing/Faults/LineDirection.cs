namespace RemoteLlm.Testing.Faults;

/// <summary>
/// One direction of a <see cref="FaultyLine"/>, for all its connections together. Every setting holds from now on, also for connections that are up.
/// <code>
/// line.Down.Throttle(bytesPerSecond: 2_500_000);     // 20 Mbit/s
/// line.Up.Delay(TimeSpan.FromMilliseconds(50));
/// line.Up.CutAfter(100_000);
/// </code>
/// </summary>
public sealed class LineDirection
{
    private readonly LineClock _clock;
    private readonly Corruption _corruption;
    private readonly Random _sizes;
    private readonly Flow _flow = new();
    private readonly Pace _pace;
    private readonly Passage _passage = new();
    private readonly Passage _both;
    private readonly Action _cut;
    private long _delay;
    private int _fragment;

    internal LineDirection(int seed, LineClock clock, Passage both, Action cut)
    {
        var seeds = new Random(seed);
        _corruption = new Corruption(seeds.Next());
        _sizes = new Random(seeds.Next());
        _pace = new Pace(clock);
        _clock = clock;
        _both = both;
        _cut = cut;
    }

    /// <summary>Bytes that were delivered so far, on all connections together.</summary>
    public long Passed => _passage.Passed;

    /// <summary>Writes in which they were delivered.</summary>
    public long Writes => _passage.Writes;

    /// <summary>Bits that were flipped so far.</summary>
    public long Flips => _corruption.Flips;

    /// <summary>Completes when so many bytes have been delivered since the line was made: a gate for tests that must strike in the middle.</summary>
    public Task UntilPassed(long bytes) => _passage.Until(bytes);

    /// <summary>Every byte arrives so much later, in order and with no loss of rate. What is on its way keeps its time. Zero for none.</summary>
    public void Delay(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Volatile.Write(ref _delay, _clock.Of(by));
    }

    /// <summary>At most so many bytes in a second, shared fairly by the connections; 0 for no limit.</summary>
    public void Throttle(long bytesPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesPerSecond);
        _pace.BytesPerSecond = bytesPerSecond;
    }

    /// <summary>Delivers in writes of 1 to <paramref name="upTo"/> bytes, each size drawn anew; 0 for whole ones.</summary>
    public void Fragment(int upTo)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(upTo);
        Volatile.Write(ref _fragment, upTo);
    }

    /// <summary>Flips one bit in each byte with the given probability, 0 to 1.</summary>
    public void Corrupt(double perByte)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perByte, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(perByte, 1);
        _corruption.At(perByte);
    }

    /// <summary>Lets so many more bytes pass unharmed and flips one bit of the next.</summary>
    public void CorruptAfter(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        _corruption.Once(bytes);
    }

    /// <summary>Delivers so many more bytes, then cuts the whole line once, as <see cref="FaultyLine.Cut"/> does.</summary>
    public void CutAfter(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes == 0)
            _cut();
        else
            _passage.CutAfter(bytes);
    }

    /// <summary>Swallows this direction: no byte, no end and no reset passes until <see cref="Resume"/>.</summary>
    public void Blackhole() => _flow.Stop();

    /// <summary>Ends <see cref="Blackhole"/>: what was held back is delivered, in order.</summary>
    public void Resume() => _flow.Go();

    /// <summary>Ends every fault of this direction, and forgets those that were to come.</summary>
    public void Heal()
    {
        Delay(TimeSpan.Zero);
        Throttle(0);
        Fragment(0);
        _corruption.Stop();
        _passage.CutAfter(null);
        Resume();
    }

    /// <summary>Waits until bytes may pass.</summary>
    internal Task Open(CancellationToken over) => _flow.Open is { IsCompleted: true } open ? open : _flow.Open.WaitAsync(over);

    /// <summary>How many of so many bytes are to be booked at once.</summary>
    internal int PieceOf(int bytes) => _pace.Piece(bytes);

    /// <inheritdoc cref="Pace.Book"/>
    internal long Book(int bytes, long since) => _pace.Book(bytes, since);

    /// <summary>When something arrives that leaves at the given moment.</summary>
    internal long ArrivalOf(long leaves) => leaves + Volatile.Read(ref _delay);

    /// <summary>Harms bytes that are about to be delivered, and says how many may be before the line is cut.</summary>
    internal int Admit(Span<byte> bytes, out bool thenCut)
    {
        var allowed = _passage.Allow(bytes.Length, out thenCut);
        _corruption.Apply(bytes[..allowed]);
        return allowed;
    }

    /// <summary>How many of so many bytes go into the next write.</summary>
    internal int FragmentOf(int bytes)
    {
        if (Volatile.Read(ref _fragment) is not (var upTo and > 0))
            return bytes;
        lock (_sizes)
            return Math.Min(bytes, _sizes.Next(upTo) + 1);
    }

    internal void Delivered(int bytes)
    {
        _passage.Count(bytes);
        _both.Count(bytes);
    }

    internal void Cut() => _cut();
}
