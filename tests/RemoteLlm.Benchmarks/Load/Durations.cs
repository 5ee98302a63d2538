using System.Diagnostics;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>Durations in <see cref="Stopwatch"/> ticks as one caller sees them. Bounded: what comes after the last place is dropped.</summary>
internal sealed class Durations
{
    private const int Capacity = 1 << 20;

    private long[] values = new long[256];
    private int count;

    public void Add(long ticks)
    {
        if (count == values.Length)
        {
            if (count == Capacity)
                return;
            Array.Resize(ref values, Math.Min(Capacity, count * 2));
        }

        values[count++] = ticks;
    }

    /// <summary>The percentiles of several callers' durations together, in milliseconds; null where there are none.</summary>
    public static Percentiles? Of(IEnumerable<Durations> all)
    {
        var sorted = all.SelectMany(one => one.values.Take(one.count)).Order().ToArray();
        return sorted.Length == 0 ? null : new Percentiles(At(sorted, 0.50), At(sorted, 0.99), sorted.Length);
    }

    private static double At(long[] sorted, double rank) =>
        sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * rank))] * 1000.0 / Stopwatch.Frequency;
}
