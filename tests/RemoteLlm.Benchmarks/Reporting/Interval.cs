namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>Where the true figure lies in 95 of 100 runs.</summary>
internal sealed record Interval(double Low, double High);
