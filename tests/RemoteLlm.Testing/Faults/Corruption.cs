namespace RemoteLlm.Testing.Faults;

/// <summary>Flips bits of passing bytes: which ones depends on the seed and on the bytes' numbers only, not on how they are cut into pieces.</summary>
internal sealed class Corruption(int seed)
{
    private const long Never = long.MaxValue;

    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private double _perByte;
    private long _untilNext = Never;
    private long _untilOnce = Never;
    private long _flips;

    /// <summary>Bits flipped so far.</summary>
    public long Flips
    {
        get { lock (_gate) return _flips; }
    }

    /// <summary>Each byte is hit with this probability; 0 for never.</summary>
    public void At(double perByte)
    {
        lock (_gate)
        {
            _perByte = perByte;
            _untilNext = Gap();
        }
    }

    /// <summary>The byte after so many is hit, once.</summary>
    public void Once(long after)
    {
        lock (_gate) _untilOnce = after;
    }

    /// <summary>No byte is hit any more.</summary>
    public void Stop()
    {
        lock (_gate) (_perByte, _untilNext, _untilOnce) = (0, Never, Never);
    }

    /// <summary>The next bytes pass.</summary>
    public void Apply(Span<byte> bytes)
    {
        lock (_gate)
        {
            if (_untilOnce != Never && (_untilOnce -= bytes.Length) < 0)
            {
                Flip(ref bytes[(int)(_untilOnce + bytes.Length)]);
                _untilOnce = Never;
            }

            for (var from = 0; _untilNext != Never; _untilNext = Gap())
            {
                if (_untilNext >= bytes.Length - from)
                {
                    _untilNext -= bytes.Length - from;
                    break;
                }

                from += (int)_untilNext;
                Flip(ref bytes[from++]);
            }
        }
    }

    private void Flip(ref byte hit)
    {
        hit ^= (byte)(1 << _random.Next(8));
        _flips++;
    }

    // Whole bytes between two hits, when each byte is hit with the same probability, are geometrically distributed.
    private long Gap() => _perByte switch
    {
        <= 0 => Never,
        >= 1 => 0,
        _ => (long)Math.Min(Math.Log(1 - _random.NextDouble()) / Math.Log(1 - _perByte), 1e15),
    };
}
