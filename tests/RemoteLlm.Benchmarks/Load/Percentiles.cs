namespace RemoteLlm.Benchmarks.Load;

/// <summary>A distribution in two figures, with the number of values that they rest on.</summary>
internal sealed record Percentiles(double P50, double P99, int Count);
