namespace RemoteLlm.Benchmarks.Load;

/// <summary>A distribution in a few figures, with the number of values that they rest on.</summary>
internal sealed record Percentiles(double P50, double P95, double P99, double Max, int Count);
