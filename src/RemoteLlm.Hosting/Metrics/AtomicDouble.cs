namespace RemoteLlm.Hosting.Metrics;

/// <summary>
/// Addition that loses none of two concurrent increments. Doubles count exactly to 2^53, which no counter of ours reaches, and are what the
/// text format carries anyway.
/// </summary>
internal static class AtomicDouble
{
    public static void Add(ref double target, double increment)
    {
        var seen = Volatile.Read(ref target);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref target, seen + increment, seen);
            // Compared as bits: a NaN equals nothing, not even itself.
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen)) return;
            seen = before;
        }
    }
}
