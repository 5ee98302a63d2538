using System.CommandLine;
using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.Soak;

/// <summary>Everything at once for a long time, over a line that is cut every twenty seconds: what grows meanwhile?</summary>
internal static class SoakMode
{
    private static readonly (string Name, string Unit, Func<Sample, double> Of)[] s_quantities =
    [
        ("resident memory", "MiB", sample => sample.ResidentMiB),
        ("private memory", "MiB", sample => sample.PrivateMiB),
        ("managed heap", "MiB", sample => sample.HeapMiB),
        ("handles", "", sample => sample.Handles),
        ("threads", "", sample => sample.Threads),
    ];

    public static Command Create()
    {
        var minutes = ModeCommand.Number("--minutes", "How long; the first third is not counted in slopes.", 10, 0.5, 60 * 24 * 7);
        return ModeCommand.Create(
            Roles.Soak,
            "Mixed traffic over a line that is cut every 20 s: slopes of memory, handles and threads, and errors.",
            [minutes],
            (parsed, cancellationToken) => Run(TimeSpan.FromMinutes(parsed.GetValue(minutes)), cancellationToken));
    }

    private static async Task<ModeReport> Run(TimeSpan time, CancellationToken cancellationToken)
    {
        using var parties = await Parties.Start(cancellationToken);
        await using var line = new LineToBroker();
        using var product = await Product.Start(
            parties.Llm, new ProductOptions { Line = line.To, ConnectorWait = TimeSpan.FromSeconds(5) }, cancellationToken);

        var plain = Commands.TokenStreams(product, streams: 16, TimeSpan.FromMilliseconds(20), seconds: 0) with { WarmUpSeconds = 0, BreakOff = false };
        List<SteadyLoad> loads =
        [
            new("streams", parties.AddLoad(), plain with { Chunks = 500 }),
            new("requests", parties.AddLoad(), plain with { Callers = 4, Stream = false, Chunks = 0, GapMicroseconds = 0, PauseMilliseconds = 20 }),
            new("uploads", parties.AddLoad(), plain with { Callers = 1, Stream = false, Chunks = 0, GapMicroseconds = 0, PauseMilliseconds = 500, UploadBytes = 2 * 1024 * 1024 }),
        ];
        var leaving = new LeavingClients(plain with { GapMicroseconds = 5_000 });
        var cutter = new LineCutter(line.Faulty);
        var sampler = new Sampler(product);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] beside = [leaving.Run(over.Token), cutter.Run(over.Token), sampler.Run(over.Token)];
        var running = Task.WhenAll(loads.Select(load => load.Run(time, cancellationToken)));
        // What runs beside must not fail unseen for hours.
        await await Task.WhenAny([running, .. beside]);
        await over.CancelAsync();
        await Task.WhenAll(beside).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        var warm = time.TotalHours / 3;
        var counted = sampler.Samples.FindAll(sample => sample.Hours >= warm);
        return new ModeReport(
            Roles.Soak,
            $"{time.TotalMinutes} minutes, the first third not counted in slopes; cuts every 20 s, every second one for 1 s.",
            [
                .. loads.SelectMany(Counts),
                new Finding("requests that their clients left", "", leaving.Left),
                new Finding("cuts", "", cutter.Cuts),
                .. counted.GroupBy(sample => sample.Process, StringComparer.Ordinal).SelectMany(Slopes),
            ],
            sampler.Samples,
            loads.Select(load => load.FirstError).FirstOrDefault(error => error is not null));
    }

    private static IEnumerable<Finding> Counts(SteadyLoad load)
    {
        yield return new Finding(load.Name, "", load.Requests);
        if (load.Chunks > 0)
            yield return new Finding($"{load.Name}, chunks", "", load.Chunks);
        yield return new Finding(load.Chunks > 0 ? $"{load.Name} that failed, or were not complete and in order" : $"{load.Name} that failed", "", load.Errors).Zero();
    }

    private static IEnumerable<Finding> Slopes(IGrouping<string, Sample> samples)
    {
        foreach (var (name, unit, of) in s_quantities)
        {
            yield return new Finding($"{samples.Key}: {name}, median", unit, Statistics.Median(samples.Select(of)));
            yield return new Finding($"{samples.Key}: {name}, slope", $"{unit}/h".TrimStart(), Statistics.Slope([.. samples.Select(sample => (sample.Hours, of(sample)))]));
        }
    }
}
