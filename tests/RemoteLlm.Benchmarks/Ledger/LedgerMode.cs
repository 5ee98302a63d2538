using System.CommandLine;
using System.Diagnostics;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Reporting;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Benchmarks.Ledger;

/// <summary>How soon the usage ledger is there after a start, and what it takes.</summary>
internal static class LedgerMode
{
    private const int Openings = 6;
    private const double MostSeconds = 5;

    public static Command Create()
    {
        var records = ModeCommand.Number("--records", "Records that are there at the start.", 1_000_000, 1000, 20_000_000);
        var seconds = ModeCommand.Number("--seconds", "Length of each measurement of writing.", 5, 1, 60);
        return ModeCommand.Create(
            Roles.Ledger,
            "Rebuild and writes of the usage ledger.",
            [records, seconds],
            (parsed, cancellationToken) => Run((int)parsed.GetValue(records), TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellationToken));
    }

    private static async Task<ModeReport> Run(int records, TimeSpan span, CancellationToken cancellationToken)
    {
        var rebuilt = new List<double>();
        using (var folder = new LedgerFolder())
        {
            folder.Fill(records);
            for (var opening = 0; opening < Openings; opening++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var began = Stopwatch.GetTimestamp();
                await using var ledger = await MeasuredLedger.In(folder.Path);
                rebuilt.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
        }

        var findings = new List<Finding> { Finding.Median($"start with {records} records", "s", rebuilt).AtMost(MostSeconds) };
        findings.AddRange(MeasuredHistory.Measure());
        foreach (var (callers, size) in new[] { (1, 1), (32, 1), (1, 50), (32, 50) })
            findings.AddRange(await Write(callers, size, span, cancellationToken));
        return new ModeReport(Roles.Ledger, $"{Openings} starts; writes of {span.TotalSeconds} s each.", findings, rebuilt);
    }

    private static async Task<IReadOnlyList<Finding>> Write(int callers, int size, TimeSpan span, CancellationToken cancellationToken)
    {
        using var folder = new LedgerFolder();
        await using var ledger = await MeasuredLedger.In(folder.Path);
        var began = Stopwatch.GetTimestamp();
        var took = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var times = new List<double>();
            while (Stopwatch.GetElapsedTime(began) < span)
            {
                var batch = new UsageBatch([.. Enumerable.Range(0, size).Select(_ => ledger.NewRecord())]);
                var sent = Stopwatch.GetTimestamp();
                await ledger.Settle(batch);
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return times;
        }, cancellationToken)));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var all = took.SelectMany(times => times).ToList();
        var what = $"{callers} at a time, {size} a batch";
        return
        [
            new Finding($"{what}: records", "1/s", all.Count * size / seconds),
            new Finding($"{what}: batches a synchronisation", "", (double)all.Count / ledger.Flushes),
            new Finding($"{what}: acknowledged, p50", "ms", Statistics.Percentile(all, 0.5)),
            new Finding($"{what}: acknowledged, p99", "ms", Statistics.Percentile(all, 0.99)),
        ];
    }
}
