namespace RemoteLlm.Benchmarks.EndToEnd;

/// <summary>How long and how often the end-to-end run measures.</summary>
internal sealed record EndToEndOptions
{
    /// <summary>How often every scenario is measured on either path; the figures are medians over these.</summary>
    public int Repetitions { get; init; } = 5;

    /// <summary>Seconds that a scenario is counted for, each time.</summary>
    public double Seconds { get; init; } = 2;

    /// <summary>Seconds for which the streams of the last scenario are held.</summary>
    public double HoldSeconds { get; init; } = 10;

    /// <summary>Measure the fake server only: what the machine, the server and the load generator are capable of without us.</summary>
    public bool DirectOnly { get; init; }

    /// <summary>A file for the results as JSON; null prints them after the table.</summary>
    public string? JsonFile { get; init; }
}
