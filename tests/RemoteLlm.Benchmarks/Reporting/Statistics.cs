namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>Arithmetic on repeated measurements that assumes nothing about how they are distributed.</summary>
internal static class Statistics
{
    /// <summary>The median; not a number where there are no values.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    /// <summary>
    /// The order statistics that enclose the true median in at least 95 of 100 cases: how many of n values lie below it is binomial with p = 1/2
    /// (Conover, Practical Nonparametric Statistics, 3.2). Null for fewer than six values, which cannot say so much.
    /// </summary>
    public static Interval? OfMedian(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var probability = Math.Pow(0.5, sorted.Length);
        var tail = probability;
        var below = 0;
        while (tail <= 0.025)
        {
            below++;
            probability *= (sorted.Length - below + 1) / (double)below;
            tail += probability;
        }

        return below == 0 ? null : new Interval(sorted[below - 1], sorted[^below]);
    }

    /// <summary>The nearest-rank percentile, <paramref name="rank"/> from 0 to 1; not a number where there are no values.</summary>
    public static double Percentile(IEnumerable<double> values, double rank)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * rank) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>By how much y rises for each unit of x, by least squares; not a number for fewer than two points.</summary>
    public static double Slope(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count < 2)
            return double.NaN;
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }
}
