namespace RemoteLlm.Benchmarks;

/// <summary>A run cannot go on; the message says what the reader should look at.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
