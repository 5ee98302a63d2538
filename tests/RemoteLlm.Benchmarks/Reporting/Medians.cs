using RemoteLlm.Benchmarks.EndToEnd;
using RemoteLlm.Benchmarks.Load;

namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>Medians over the repetitions of a run.</summary>
internal sealed class Medians(IReadOnlyList<Observation> observations)
{
    /// <summary>The median of a value on a route; null where it was not measured.</summary>
    public double? Of(string scenario, string route, Func<LoadResult, double?> value) => Median(Values(scenario, route, value));

    /// <summary>The median of what the relay adds within one repetition, whose two measurements follow each other.</summary>
    public double? Added(string scenario, Func<LoadResult, double?> value) => Median(
        Values(scenario, Route.Direct, value).Zip(Values(scenario, Route.Relayed, value), (direct, relayed) => relayed - direct));

    /// <summary>The median of relayed over direct within one repetition.</summary>
    public double? Ratio(string scenario, Func<LoadResult, double?> value) => Median(
        Values(scenario, Route.Direct, value).Zip(Values(scenario, Route.Relayed, value), (direct, relayed) => relayed / direct));

    /// <summary>CPU seconds of a process for a million relayed chunks; null where nothing was relayed.</summary>
    public double? CpuPerMillionChunks(string scenario, string process) => Median(
        In(scenario, Route.Relayed).Where(one => one.Result.AllChunks > 0).Select(one => one.CpuSeconds[process] / one.Result.AllChunks * 1_000_000));

    /// <summary>All errors on a route, in one scenario or in all; null where it was not measured.</summary>
    public long? Errors(string route, string? scenario = null) => observations
        .Where(one => one.Route == route && (scenario is null || one.Scenario == scenario))
        .Aggregate((long?)null, (sum, one) => (sum ?? 0) + one.Result.Errors);

    private IEnumerable<Observation> In(string scenario, string route) => observations.Where(one => one.Scenario == scenario && one.Route == route);

    private IEnumerable<double> Values(string scenario, string route, Func<LoadResult, double?> value) =>
        In(scenario, route).Select(one => value(one.Result)).OfType<double>();

    private static double? Median(IEnumerable<double> values) => Statistics.Median(values) is var median && double.IsNaN(median) ? null : median;
}
