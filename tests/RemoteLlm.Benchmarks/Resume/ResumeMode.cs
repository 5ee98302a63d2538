using System.CommandLine;
using RemoteLlm.Benchmarks.EndToEnd;
using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.Resume;

/// <summary>
/// What it costs that channels outlive their sockets: two products side by side, one without a resume window, measured in turns. The first of a
/// pair changes from pair to pair, and only one product is loaded at a time.
/// </summary>
internal static class ResumeMode
{
    private const double LeastRatio = 0.9;

    public static Command Create()
    {
        var pairs = ModeCommand.Number("--pairs", "Pairs of measurements, for requests and for chunks each.", 15, 6, 1000);
        var seconds = ModeCommand.Number("--seconds", "Seconds of each measurement.", 1.5, 0.5, 60);
        return ModeCommand.Create(
            Roles.Resume,
            "Resume on against off: requests and chunks per second, in alternating pairs.",
            [pairs, seconds],
            (parsed, cancellationToken) => Run((int)parsed.GetValue(pairs), parsed.GetValue(seconds), cancellationToken));
    }

    private static async Task<ModeReport> Run(int pairs, double seconds, CancellationToken cancellationToken)
    {
        using var parties = await Parties.Start(cancellationToken);
        using var on = await Product.Start(parties.Llm, cancellationToken);
        using var off = await Product.Start(parties.Llm, new ProductOptions { ResumeWindow = TimeSpan.Zero }, cancellationToken);
        var load = parties.AddLoad();
        var plain = new LoadCommand { Port = 0, ApiKey = "", Callers = Scenario.Callers[^1], Stream = false, Seconds = seconds, WarmUpSeconds = 0.2 };
        Traffic[] traffics =
        [
            new("requests", plain, result => result.Requests),
            new("chunks", plain with { Stream = true, Chunks = 500 }, result => result.Chunks),
        ];

        foreach (var traffic in traffics)
        {
            await Measure(traffic, on, load, warmUp: true, cancellationToken);
            await Measure(traffic, off, load, warmUp: true, cancellationToken);
        }

        var measured = new List<Pair>();
        for (var pair = 0; pair < pairs; pair++)
        {
            foreach (var traffic in traffics)
            {
                var first = await Measure(traffic, pair % 2 == 0 ? on : off, load, warmUp: false, cancellationToken);
                var second = await Measure(traffic, pair % 2 == 0 ? off : on, load, warmUp: false, cancellationToken);
                measured.Add(pair % 2 == 0 ? new(traffic.Name, first, second) : new(traffic.Name, second, first));
            }

            await Console.Error.WriteLineAsync($"measured: pair {pair + 1} of {pairs}");
        }

        return new ModeReport(
            Roles.Resume,
            $"resume on (60 s) against off (0), medians of {pairs} alternating pairs of {seconds} s with {plain.Callers} callers.",
            [.. traffics.SelectMany(traffic => Findings(traffic.Name, measured.FindAll(pair => pair.Traffic == traffic.Name)))],
            measured,
            measured.Select(pair => pair.On.Error ?? pair.Off.Error).FirstOrDefault(error => error is not null));
    }

    private static async Task<Rate> Measure(Traffic traffic, Product product, LoadProcess load, bool warmUp, CancellationToken cancellationToken)
    {
        var command = traffic.Command with { Port = product.Port, ApiKey = product.ApiKey };
        var before = product.Cpu();
        var result = await load.Measure(warmUp ? command with { Seconds = 3 } : command, cancellationToken);
        // All of it over a little more than the window, warm-up and tail: the same for both.
        var cpu = (product.Cpu() - before).TotalSeconds;
        var count = traffic.Count(result);
        return new Rate(count / result.Seconds, cpu / Math.Max(1, traffic.Command.Stream ? result.AllChunks : count) * 1_000_000, result.FirstError);
    }

    private static IEnumerable<Finding> Findings(string name, List<Pair> pairs) =>
    [
        Finding.Median($"{name}, on / off", "", pairs.ConvertAll(pair => pair.On.PerSecond / pair.Off.PerSecond)).AtLeast(LeastRatio),
        Finding.Median($"{name}, on", $"{name}/s", pairs.ConvertAll(pair => pair.On.PerSecond)),
        Finding.Median($"{name}, off", $"{name}/s", pairs.ConvertAll(pair => pair.Off.PerSecond)),
        Finding.Median($"CPU of broker and connector for each of the {name}, on / off", "", pairs.ConvertAll(pair => pair.On.CpuPerMillion / pair.Off.CpuPerMillion)),
    ];

    private sealed record Traffic(string Name, LoadCommand Command, Func<LoadResult, long> Count);

    /// <param name="PerSecond">Requests or chunks a second.</param>
    /// <param name="CpuPerMillion">CPU seconds of broker and connector for a million of them.</param>
    /// <param name="Error">What went wrong first.</param>
    private sealed record Rate(double PerSecond, double CpuPerMillion, string? Error);

    private sealed record Pair(string Traffic, Rate On, Rate Off);
}
