using RemoteLlm.Benchmarks.Load;

namespace RemoteLlm.Benchmarks.EndToEnd;

/// <summary>One measurement of one scenario on one route.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Route">The route's name.</param>
/// <param name="Result">What the load process saw.</param>
/// <param name="CpuSeconds">CPU time that each process used meanwhile, by the process's name.</param>
/// <param name="MemoryMiB">What each process held at the end of it.</param>
internal sealed record Observation(
    string Scenario,
    string Route,
    LoadResult Result,
    IReadOnlyDictionary<string, double> CpuSeconds,
    IReadOnlyDictionary<string, double> MemoryMiB);
