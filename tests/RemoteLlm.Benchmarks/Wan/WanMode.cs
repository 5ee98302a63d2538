using System.CommandLine;
using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;
using RemoteLlm.Testing.Faults;

namespace RemoteLlm.Benchmarks.Wan;

/// <summary>
/// A home line between connector and broker: 100 ms there and back, 20 Mbit/s each way. A token stream by itself, beside a download, and beside an
/// upload of 20 MiB, in turns.
/// </summary>
internal static class WanMode
{
    private const double BytesPerSecond = 20_000_000 / 8.0;
    private const int UploadBytes = 20 * 1024 * 1024;
    private const double LeastFill = 0.8;
    private const string TwoDownloads = "beside two downloads";

    private static readonly TimeSpan s_oneWay = TimeSpan.FromMilliseconds(50);

    // 20 tokens a second.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan s_stagger = TimeSpan.FromMilliseconds(500);

    private static readonly double s_longestGap = 1.5 * 2 * s_oneWay.TotalMilliseconds;

    public static Command Create()
    {
        var rounds = ModeCommand.Number("--rounds", "How often each situation is measured.", 3, 1, 100);
        var seconds = ModeCommand.Number("--seconds", "Seconds of each measurement.", 10, 2, 120);
        return ModeCommand.Create(
            Roles.Wan,
            "A line of 100 ms and 20 Mbit/s: how full a download makes it, and what it does to a token stream.",
            [rounds, seconds],
            (parsed, cancellationToken) => Run((int)parsed.GetValue(rounds), parsed.GetValue(seconds), cancellationToken));
    }

    private static async Task<ModeReport> Run(int rounds, double seconds, CancellationToken cancellationToken)
    {
        using var parties = await Parties.Start(cancellationToken);
        await using var line = new LineToBroker();
        using var product = await Product.Start(parties.Llm, new ProductOptions { Line = line.To }, cancellationToken);
        line.Faulty.Delay(s_oneWay);
        line.Faulty.Throttle((long)BytesPerSecond);

        var tokens = Commands.TokenStreams(product, streams: 1, s_pace, seconds);
        // More than the line carries in that time, so that it is one download.
        var download = Commands.Download(product, (int)(BytesPerSecond * (seconds + 10)), seconds);
        List<Situation> situations =
        [
            new("alone", [], line.Faulty.Up),
            new("beside a download", [download], line.Faulty.Up),
            // More than there are channels to keep them apart: one has to share the token stream's.
            new(TwoDownloads, [download, download], line.Faulty.Up),
            new("beside an upload of 20 MiB", [Commands.Upload(product, UploadBytes, seconds)], line.Faulty.Down),
        ];

        var streams = parties.AddLoad();
        LoadProcess[] bulk = [parties.AddLoad(), parties.AddLoad()];
        var measured = new List<Observed>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var situation in situations)
            {
                measured.Add(await Observe(situation, tokens, streams, bulk, cancellationToken));
                // What was broken off is still on the line, and in the buffers before it.
                await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellationToken);
            }

            await Console.Error.WriteLineAsync($"measured: round {round + 1} of {rounds}");
        }

        return new ModeReport(
            Roles.Wan,
            $"100 ms there and back, 20 Mbit/s each way; one stream of a token every {s_pace.TotalMilliseconds} ms; medians of {rounds} rounds of {seconds} s.",
            [.. situations.SelectMany(situation => Findings(situation.Name, measured.FindAll(one => one.Situation == situation.Name)))],
            measured,
            measured.Select(one => one.Tokens.FirstError ?? one.Bulk.FirstOrDefault(bulk => bulk.FirstError is not null)?.FirstError).FirstOrDefault(error => error is not null));
    }

    private static async Task<Observed> Observe(Situation situation, LoadCommand tokens, LoadProcess streams, LoadProcess[] bulk, CancellationToken cancellationToken)
    {
        // One after the other, the token stream last: the first have taken their channels, so it is known who shares one.
        var beside = new List<Task<LoadResult>>();
        foreach (var command in situation.Bulk)
        {
            beside.Add(bulk[beside.Count].Measure(command, cancellationToken));
            await Task.Delay(s_stagger, TimeProvider.System, cancellationToken);
        }

        var running = streams.Measure(tokens, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(tokens.WarmUpSeconds), TimeProvider.System, cancellationToken);
        var before = situation.Direction.Passed;
        await Task.Delay(TimeSpan.FromSeconds(tokens.Seconds), TimeProvider.System, cancellationToken);
        var carried = (situation.Direction.Passed - before) / tokens.Seconds;
        return new Observed(situation.Name, await running, await Task.WhenAll(beside), carried / BytesPerSecond);
    }

    private static IEnumerable<Finding> Findings(string name, List<Observed> measured)
    {
        if (measured.All(one => one.Bulk.Sum(bulk => bulk.Bytes) > BytesPerSecond))
            yield return Finding.Median($"{name}: the client's bytes / what the line could carry", "", measured.ConvertAll(one => one.Bulk.Sum(bulk => bulk.Bytes / bulk.Seconds) / BytesPerSecond)).AtLeast(LeastFill);
        if (measured[0].Bulk.Length > 0)
            yield return Finding.Median($"{name}: all bytes / what the line could carry", "", measured.ConvertAll(one => one.LineFill));
        yield return Finding.Median($"{name}: gap, p50", "ms", measured.ConvertAll(one => one.Tokens.Gap?.P50 ?? double.NaN));
        yield return Finding.Median($"{name}: gap, p99", "ms", measured.ConvertAll(one => one.Tokens.Gap?.P99 ?? double.NaN));
        yield return Finding.Median($"{name}: gap, longest", "ms", measured.ConvertAll(one => one.Tokens.Gap?.Max ?? double.NaN));
        // The LLM's own pace is no doing of the tunnel: this is what is compared.
        var added = Finding.Median($"{name}: gap beyond the LLM's own, p99", "ms", measured.ConvertAll(one => one.Tokens.AddedGap?.P99 ?? double.NaN));
        yield return measured[0].Bulk.Length > 0 && name != TwoDownloads ? added.AtMost(s_longestGap) : added;
        yield return Finding.Median($"{name}: gap beyond the LLM's own, longest", "ms", measured.ConvertAll(one => one.Tokens.AddedGap?.Max ?? double.NaN));
        yield return Finding.Median($"{name}: token under way, p50", "ms", measured.ConvertAll(one => one.Tokens.OneWay?.P50 ?? double.NaN));
        yield return Finding.Median($"{name}: token under way, p99", "ms", measured.ConvertAll(one => one.Tokens.OneWay?.P99 ?? double.NaN));
    }

    /// <param name="Name">What runs beside the token stream.</param>
    /// <param name="Bulk">Its traffic.</param>
    /// <param name="Direction">Where that traffic goes.</param>
    private sealed record Situation(string Name, LoadCommand[] Bulk, LineDirection Direction);

    private sealed record Observed(string Situation, LoadResult Tokens, LoadResult[] Bulk, double LineFill);
}
