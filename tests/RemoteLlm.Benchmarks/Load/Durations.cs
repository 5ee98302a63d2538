using System.Diagnostics;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>Durations in <see cref="Stopwatch"/> ticks as one caller sees them. Bounded: what comes after the last place is dropped.</summary>
internal sealed class Durations
{
    private const int Capacity = 1 << 20;

    private long[] _values = new long[256];
    private int _count;

    public void Add(long ticks)
    {
        if (_count == _values.Length)
        {
            if (_count == Capacity)
                return;
            Array.Resize(ref _values, Math.Min(Capacity, _count * 2));
        }

        _values[_count++] = ticks;
    }

    /// <summary>The percentiles of several callers' durations together, in milliseconds; null where there are none.</summary>
    public static Percentiles? Of(IEnumerable<Durations> all)
    {
        var sorted = all.SelectMany(one => one._values.Take(one._count)).Order().ToArray();
        return sorted.Length == 0 ? null : new Percentiles(At(sorted, 0.50), At(sorted, 0.95), At(sorted, 0.99), At(sorted, 1), sorted.Length);
    }

    private static double At(long[] sorted, double rank) =>
        sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * rank))] * 1000.0 / Stopwatch.Frequency;
}
