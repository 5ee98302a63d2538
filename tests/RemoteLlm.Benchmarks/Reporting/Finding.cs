namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>One figure of a mode.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Its unit; empty for ratios and counts.</param>
/// <param name="Value">The figure; for repeated measurements their median.</param>
internal sealed record Finding(string Name, string Unit, double Value)
{
    /// <summary>Where the true median is, for repeated measurements.</summary>
    public Interval? Interval { get; init; }

    /// <summary>What is to be reached; null where nothing was set.</summary>
    public string? Target { get; init; }

    /// <summary>Whether it was reached.</summary>
    public bool? Met { get; init; }

    /// <summary>The median of repeated measurements, with its interval.</summary>
    public static Finding Median(string name, string unit, IReadOnlyCollection<double> values) =>
        new(name, unit, Statistics.Median(values)) { Interval = Statistics.OfMedian(values) };

    /// <summary>The same, with a target that must not be exceeded.</summary>
    public Finding AtMost(double most) => this with { Target = $"<= {most}", Met = Value <= most };

    /// <summary>The same, with a target that must be reached.</summary>
    public Finding AtLeast(double least) => this with { Target = $">= {least}", Met = Value >= least };

    /// <summary>The same, where nothing is to have happened.</summary>
    public Finding Zero() => this with { Target = "0", Met = Value == 0 };
}
