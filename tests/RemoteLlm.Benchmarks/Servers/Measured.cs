using RemoteLlm.Benchmarks.Load;

namespace RemoteLlm.Benchmarks.Servers;

/// <summary>One measurement.</summary>
/// <param name="Situation">What was measured.</param>
/// <param name="Result">What the load process saw.</param>
internal sealed record Measured(string Situation, LoadResult Result);
