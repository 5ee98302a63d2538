using System.Runtime.CompilerServices;

namespace RemoteLlm.Broker.Usage.History;

/// <summary>How many requests had their first token within which time. Counts of a few classes instead of every value: of any number of requests they take 56 bytes, and can be added up.</summary>
[InlineArray(Classes)]
internal struct FirstTokenTimes
{
    private const int Classes = 14;

    private int _first;

    // Each about 1.6 times the one before it: a percentile is right to within a quarter or so. What is above the last has no bound.
    private static ReadOnlySpan<int> Bounds => [25, 50, 100, 160, 250, 400, 650, 1000, 1600, 2500, 4000, 8000, 20_000];

    /// <summary>Counts one request.</summary>
    /// <param name="milliseconds">Its time.</param>
    public void Add(long milliseconds)
    {
        var at = 0;
        while (at < Bounds.Length && milliseconds > Bounds[at])
            at++;
        this[at]++;
    }

    /// <summary>Counts those of another too.</summary>
    public void Add(FirstTokenTimes other)
    {
        for (var at = 0; at < Classes; at++)
            this[at] += other[at];
    }

    /// <summary>The time within which a share of the requests had their first token, ms, as if those of a class were spread evenly over it; null when there were none.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    public readonly double? Percentile(double share)
    {
        var all = 0L;
        for (var at = 0; at < Classes; at++)
            all += this[at];
        if (all == 0)
            return null;
        var (wanted, seen) = (share * all, 0L);
        for (var at = 0; at < Bounds.Length; at++)
        {
            if (seen + this[at] >= wanted)
            {
                double from = at == 0 ? 0 : Bounds[at - 1];
                return from + ((Bounds[at] - from) * (wanted - seen) / Math.Max(1, this[at]));
            }

            seen += this[at];
        }

        return Bounds[^1];
    }
}
