using System.Text.Json;
using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Processes;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.EndToEnd;

/// <summary>
/// Measures what the relay costs: the same traffic straight to a fake LLM server and through broker and connector, in turns, so that what else
/// the machine does falls on both. Every party is a process of its own, and ends with this one.
/// </summary>
internal static class EndToEndRun
{
    private const double MiB = 1024 * 1024;

    public static async Task<int> Run(EndToEndOptions options, CancellationToken cancellationToken)
    {
        using var llm = ChildProcess.StartRole(Roles.FakeLlm);
        using var load = new LoadProcess();
        var llmUrl = new Uri(await llm.ReadLine(cancellationToken));
        using var product = options.DirectOnly ? null : await Product.Start(llmUrl, cancellationToken);

        List<Route> routes = [new(Route.Direct, llmUrl.Port, "none")];
        if (product is not null)
            routes.Add(new(Route.Relayed, product.Port, product.ApiKey));
        List<ChildProcess> processes = [llm, load.Process, .. product?.Processes ?? []];

        var observations = new List<Observation>();
        await WarmUp(options, routes, load, cancellationToken);
        foreach (var scenario in Scenario.All(options))
        {
            for (var repetition = 0; repetition < scenario.Repetitions; repetition++)
            {
                // Neither route is always the first.
                foreach (var route in repetition % 2 == 0 ? routes : Enumerable.Reverse(routes))
                    observations.Add(await Observe(scenario, route, load, processes, cancellationToken));
            }

            await Console.Error.WriteLineAsync($"measured: {scenario.Name}");
        }

        var peaks = processes.ToDictionary(process => process.Name, process => process.Usage().PeakMemory / MiB, StringComparer.Ordinal);
        var report = Report.Of(options, observations, peaks);
        await Publish(report, options.JsonFile, cancellationToken);
        if (report.FirstError is not null)
            await Console.Error.WriteLineAsync(LastWords(processes));
        // Slow is a finding; an error means that the figures are not to be believed.
        return report.FirstError is null ? 0 : 1;
    }

    /// <summary>Every code path hot in every process before the first figure is taken.</summary>
    private static async Task WarmUp(EndToEndOptions options, List<Route> routes, LoadProcess load, CancellationToken cancellationToken)
    {
        foreach (var scenario in Scenario.All(options with { Seconds = 1, HoldSeconds = 1 }))
        {
            foreach (var route in routes)
                await Measure(scenario, route, load, cancellationToken);
        }
    }

    private static async Task<Observation> Observe(
        Scenario scenario, Route route, LoadProcess load, List<ChildProcess> processes, CancellationToken cancellationToken)
    {
        var before = processes.ConvertAll(process => process.Usage());
        var result = await Measure(scenario, route, load, cancellationToken);
        var after = processes.ConvertAll(process => process.Usage());

        var cpu = new Dictionary<string, double>(StringComparer.Ordinal);
        var memory = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < processes.Count; i++)
        {
            cpu[processes[i].Name] = (after[i].Cpu - before[i].Cpu).TotalSeconds;
            memory[processes[i].Name] = after[i].Memory / MiB;
        }

        return new Observation(scenario.Name, route.Name, result, cpu, memory);
    }

    private static Task<LoadResult> Measure(Scenario scenario, Route route, LoadProcess load, CancellationToken cancellationToken) =>
        load.Measure(scenario.Command with { Port = route.Port, ApiKey = route.ApiKey }, cancellationToken);

    private static string LastWords(IEnumerable<ChildProcess> processes) =>
        string.Join('\n', processes.Select(process => $"last words of {process.Name}:\n{process}"));

    private static async Task Publish(Report report, string? jsonFile, CancellationToken cancellationToken)
    {
        Console.WriteLine(ReportTable.Of(report) + "\n");
        var json = JsonSerializer.Serialize(report, ReportJson.Options);
        if (jsonFile is null)
            Console.WriteLine(json);
        else
            await File.WriteAllTextAsync(jsonFile, json + "\n", cancellationToken);
    }
}
