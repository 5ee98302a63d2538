using System.CommandLine;
using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.Neighbours;

/// <summary>Sixteen token streams by themselves, beside a client that reads nothing of an endless stream, and beside uploads of 20 MiB, in turns.</summary>
internal static class NeighboursMode
{
    private const int Streams = 16;
    private const int UploadBytes = 20 * 1024 * 1024;
    private const double MiB = 1024 * 1024;

    private const string Alone = "alone";
    private const string BesideSilent = "beside a client that reads nothing";
    private const string BesideUpload = "beside uploads of 20 MiB";

    // 50 tokens a second: a fast local model.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(20);

    public static Command Create()
    {
        var rounds = ModeCommand.Number("--rounds", "How often each situation is measured.", 5, 1, 100);
        var seconds = ModeCommand.Number("--seconds", "Seconds of each measurement.", 6, 2, 120);
        return ModeCommand.Create(
            Roles.Neighbours,
            "What sixteen token streams feel of a client that reads nothing, and of an upload.",
            [rounds, seconds],
            (parsed, cancellationToken) => Run((int)parsed.GetValue(rounds), parsed.GetValue(seconds), cancellationToken));
    }

    private static async Task<ModeReport> Run(int rounds, double seconds, CancellationToken cancellationToken)
    {
        using var parties = await Parties.Start(cancellationToken);
        using var product = await Product.Start(parties.Llm, cancellationToken);
        var (streams, bulk) = (parties.AddLoad(), parties.AddLoad());
        var tokens = Commands.TokenStreams(product, Streams, s_pace, seconds);
        var upload = Commands.Upload(product, UploadBytes, seconds);

        // No upload here: in the heap that it leaves behind, what the silent reader takes would not be seen.
        await streams.Measure(tokens, cancellationToken);

        var measured = new List<Observed>();
        for (var round = 0; round < rounds; round++)
        {
            measured.Add(await Observe(Alone, product, () => streams.Measure(tokens, cancellationToken), cancellationToken));
            using (var silent = await SilentReader.Ask(Commands.EndlessStream(product), cancellationToken))
            {
                measured.Add(await Observe(BesideSilent, product, () => streams.Measure(tokens, cancellationToken), cancellationToken));
                silent.ThrowUnlessFull();
            }

            var uploading = bulk.Measure(upload, cancellationToken);
            measured.Add(await Observe(BesideUpload, product, () => streams.Measure(tokens, cancellationToken), cancellationToken));
            measured.Add(measured[^1] with { Situation = "uploads", Tokens = await uploading });
            await Console.Error.WriteLineAsync($"measured: round {round + 1} of {rounds}");
        }

        var alone = measured.FindAll(one => one.Situation == Alone);
        var beside = measured.FindAll(one => one.Situation == BesideSilent);
        var uploads = measured.FindAll(one => one.Situation == BesideUpload);
        return new ModeReport(
            Roles.Neighbours,
            $"{Streams} streams of a token every {s_pace.TotalMilliseconds} ms; medians of {rounds} rounds of {seconds} s.",
            [
                .. Gaps(alone, alone, null),
                .. Gaps(beside, alone, 2),
                Growth(Product.Broker, beside, alone),
                Growth(Product.Connector, beside, alone),
                .. Gaps(uploads, alone, 3),
                Finding.Median("uploads meanwhile", "", measured.Where(one => one.Situation == "uploads").Select(one => (double)one.Tokens.Requests).ToList()),
            ],
            measured,
            measured.Select(one => one.Tokens.FirstError).FirstOrDefault(error => error is not null));
    }

    private static async Task<Observed> Observe(string situation, Product product, Func<Task<LoadResult>> measure, CancellationToken cancellationToken)
    {
        var most = product.Memory();
        var running = measure();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!running.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken))
            most = product.Memory().ToDictionary(now => now.Key, now => Math.Max(now.Value, most[now.Key]), StringComparer.Ordinal);
        return new Observed(situation, await running, most.ToDictionary(now => now.Key, now => now.Value / MiB, StringComparer.Ordinal));
    }

    private static IEnumerable<Finding> Gaps(List<Observed> measured, List<Observed> alone, double? mostRatio)
    {
        var name = measured[0].Situation;
        yield return Finding.Median($"{name}: gap, p50", "ms", measured.ConvertAll(one => one.Tokens.Gap?.P50 ?? double.NaN));
        yield return Finding.Median($"{name}: gap, p99", "ms", measured.ConvertAll(one => one.Tokens.Gap?.P99 ?? double.NaN));
        yield return Finding.Median($"{name}: gap, longest", "ms", measured.ConvertAll(one => one.Tokens.Gap?.Max ?? double.NaN));
        yield return Finding.Median($"{name}: gap beyond the LLM's own, p99", "ms", measured.ConvertAll(one => one.Tokens.AddedGap?.P99 ?? double.NaN));
        if (mostRatio is { } most)
            yield return Finding.Median($"{name}: gap, p99 / alone", "", [.. measured.Zip(alone, (one, without) => (one.Tokens.Gap?.P99 ?? double.NaN) / (without.Tokens.Gap?.P99 ?? double.NaN))]).AtMost(most);
    }

    // The same streams run in both: what is more is the silent reader's. Not the median, because a heap grows once.
    private static Finding Growth(string process, List<Observed> measured, List<Observed> alone) =>
        new Finding($"{BesideSilent}: growth of the {process}'s memory, most", "MiB", measured.Zip(alone, (one, without) => one.PeakMiB[process] - without.PeakMiB[process]).Max())
            .AtMost(16);

    private sealed record Observed(string Situation, LoadResult Tokens, IReadOnlyDictionary<string, double> PeakMiB);
}
