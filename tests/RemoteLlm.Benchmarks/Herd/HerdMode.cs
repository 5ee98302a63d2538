using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Processes;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.Herd;

/// <summary>Many connectors lose their broker at the same moment: how soon are all of them back, and what do they cost when they are?</summary>
internal static class HerdMode
{
    private const int ChannelsPerSession = 2;
    private const double MostSeconds = 30;
    private const double MostCores = 0.2;

    /// <summary>So many that one process's threads and garbage collections do not slow its connectors down.</summary>
    private const int ConnectorsPerProcess = 125;

    private static readonly string[] s_counts = ["remotellm_sessions", "remotellm_channels"];

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var connectors = ModeCommand.Number("--connectors", "How many there are.", 500, 1, 5_000);
        var restarts = ModeCommand.Number("--restarts", "How often the broker is killed and started again.", 3, 1, 100);
        return ModeCommand.Create(
            Roles.Herd,
            "All connectors of a broker that was restarted: until the last is back, and the broker's CPU afterwards.",
            [connectors, restarts],
            (parsed, cancellationToken) => Run((int)parsed.GetValue(connectors), (int)parsed.GetValue(restarts), cancellationToken));
    }

    private static async Task<ModeReport> Run(int connectors, int restarts, CancellationToken cancellationToken)
    {
        using var parties = await Parties.Start(cancellationToken);
        using var product = await Product.Start(parties.Llm, new ProductOptions { FurtherConnectors = connectors }, cancellationToken);
        var processes = new List<ChildProcess>();
        try
        {
            foreach (var tokens in product.FurtherTokens.Chunk(ConnectorsPerProcess))
            {
                processes.Add(ChildProcess.StartRole(Roles.HerdMembers));
                await processes[^1].WriteLine(JsonSerializer.Serialize(new HerdMembers(product.Url.AbsoluteUri, parties.Llm.AbsoluteUri, tokens), JsonSerializerOptions.Web), cancellationToken);
            }

            foreach (var process in processes)
                await process.ReadLine(cancellationToken);
            await UntilUp(product, connectors + 1, cancellationToken);
            await Console.Error.WriteLineAsync($"{connectors} connectors are up");

            var measured = new List<Restart>();
            for (var restart = 0; restart < restarts; restart++)
            {
                measured.Add(await Measure(product, connectors + 1, cancellationToken));
                await Console.Error.WriteLineAsync($"measured: {measured[^1]}");
            }

            return Report(connectors, measured);
        }
        finally
        {
            foreach (var process in processes)
                process.Dispose();
        }
    }

    private static async Task<Restart> Measure(Product product, int connectors, CancellationToken cancellationToken)
    {
        // Long enough that every connector takes its connection for a healthy one.
        await Task.Delay(s_settling + s_idle, TimeProvider.System, cancellationToken);
        product.KillBroker();
        var killed = Stopwatch.GetTimestamp();
        product.StartBroker();
        var first = await UntilUp(product, 1, cancellationToken);
        var last = await UntilUp(product, connectors, cancellationToken);

        await Task.Delay(s_settling, TimeProvider.System, cancellationToken);
        var before = product[Product.Broker].Usage();
        var idleSince = Stopwatch.GetTimestamp();
        await Task.Delay(s_idle, TimeProvider.System, cancellationToken);
        var after = product[Product.Broker].Usage();
        return new Restart(
            Stopwatch.GetElapsedTime(killed, first).TotalSeconds,
            Stopwatch.GetElapsedTime(killed, last).TotalSeconds,
            (after.Cpu - before.Cpu) / Stopwatch.GetElapsedTime(idleSince),
            after.Memory / (1024.0 * 1024));
    }

    /// <returns>When the broker had so many connectors, with all their channels.</returns>
    private static async Task<long> UntilUp(Product product, int connectors, CancellationToken cancellationToken)
    {
        using var metrics = new Metrics(product.Management(Product.Broker));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var started = Stopwatch.GetTimestamp();
        double[] counts;
        do
        {
            product[Product.Broker].ThrowIfEnded();
            counts = await metrics.Read(s_counts, cancellationToken);
            if (counts[0] >= connectors && counts[1] >= connectors * ChannelsPerSession)
                return Stopwatch.GetTimestamp();
        }
        while (Stopwatch.GetElapsedTime(started) < s_longest && await timer.WaitForNextTickAsync(cancellationToken));
        throw new BenchmarkException($"After {s_longest.TotalMinutes} minutes the broker has {counts[0]} sessions and {counts[1]} channels of {connectors} connectors.\n{product[Product.Broker]}");
    }

    private static ModeReport Report(int connectors, List<Restart> measured) => new(
        Roles.Herd,
        $"{connectors} connectors, {measured.Count} restarts of the broker after a kill; medians.",
        [
            Finding.Median("kill to the first connector's being back", "s", measured.ConvertAll(one => one.FirstSeconds)),
            Finding.Median("kill to the last connector's being back", "s", measured.ConvertAll(one => one.LastSeconds)).AtMost(MostSeconds),
            new Finding("the same, longest", "s", measured.Max(one => one.LastSeconds)),
            Finding.Median($"broker's CPU {s_settling.TotalSeconds} s later", "cores", measured.ConvertAll(one => one.IdleCores)).AtMost(MostCores),
            Finding.Median("broker's memory then", "MiB", measured.ConvertAll(one => one.MemoryMiB)),
        ],
        measured);

    private sealed record Restart(double FirstSeconds, double LastSeconds, double IdleCores, double MemoryMiB);
}
