using RemoteLlm.Benchmarks.EndToEnd;
using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Products;

namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>Which figures a report has, and which of them have a target.</summary>
internal static class ReportFigures
{
    /// <summary>Latency, throughput and errors.</summary>
    public static IEnumerable<Figure> Traffic(Medians medians) =>
    [
        Added(medians, "time to first token, p50", Scenario.FirstToken, result => result.FirstToken?.P50, Targets.AddedFirstTokenMilliseconds),
        Added(medians, "time to first token, p99", Scenario.FirstToken, result => result.FirstToken?.P99),
        Added(medians, "latency per token, p50", Scenario.Paced, result => result.OneWay?.P50, Targets.AddedPerTokenMilliseconds),
        Added(medians, "latency per token, p99", Scenario.Paced, result => result.OneWay?.P99),
        Added(medians, "gap between tokens, p50", Scenario.Paced, result => result.Gap?.P50),
        Added(medians, "gap between tokens, p99", Scenario.Paced, result => result.Gap?.P99),
        .. Scenario.Callers.Select(callers => Ratio(
            medians, "requests", Scenario.Requests(callers), result => result.Requests / result.Seconds, callers == Targets.Callers ? Targets.RequestsRatio : null)),
        .. Scenario.Callers.Select(streams => Ratio(
            medians, "chunks", Scenario.Chunks(streams), result => result.Chunks / result.Seconds, streams == Targets.Callers ? Targets.ChunksRatio : null)),
        Added(medians, $"{Scenario.Hold}, latency per token, p50", Scenario.Hold, result => result.OneWay?.P50),
        Added(medians, $"{Scenario.Hold}, latency per token, p99", Scenario.Hold, result => result.OneWay?.P99),
        Errors(medians, $"{Scenario.Hold}, errors", Scenario.Hold),
        Errors(medians, "errors of all measurements"),
    ];

    /// <summary>Memory of our own two processes.</summary>
    public static IEnumerable<Figure> Memory(IEnumerable<Resources> resources) => resources
        .Where(one => one.Process is Product.Broker or Product.Connector)
        .Select(one => new Figure($"peak memory, {one.Process}", "MiB", null, one.PeakMiB, Target: $"< {Targets.PeakMiB}", Met: one.PeakMiB < Targets.PeakMiB));

    private static Figure Added(Medians medians, string name, string scenario, Func<LoadResult, double?> value, double? most = null)
    {
        var added = medians.Added(scenario, value);
        return new Figure(name, "ms", medians.Of(scenario, Route.Direct, value), medians.Of(scenario, Route.Relayed, value), Added: added)
        {
            Target = most is null ? null : $"added <= {most}",
            Met = most is null || added is null ? null : added <= most,
        };
    }

    private static Figure Ratio(Medians medians, string unit, string scenario, Func<LoadResult, double?> value, double? least)
    {
        var ratio = medians.Ratio(scenario, value);
        return new Figure(scenario, $"{unit}/s", medians.Of(scenario, Route.Direct, value), medians.Of(scenario, Route.Relayed, value), Ratio: ratio)
        {
            Target = least is null ? null : $"ratio >= {least}",
            Met = least is null || ratio is null ? null : ratio >= least,
        };
    }

    private static Figure Errors(Medians medians, string name, string? scenario = null)
    {
        var relayed = medians.Errors(Route.Relayed, scenario);
        return new Figure(name, "", medians.Errors(Route.Direct, scenario), relayed, Target: "0", Met: relayed is null ? null : relayed == 0);
    }
}
