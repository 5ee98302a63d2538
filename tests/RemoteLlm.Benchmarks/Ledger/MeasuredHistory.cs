using System.Diagnostics;
using RemoteLlm.Benchmarks.Reporting;
using RemoteLlm.Broker.Usage.History;

namespace RemoteLlm.Benchmarks.Ledger;

/// <summary>The sums behind the portal's usage pages, full to their bound: 2,000 users with two models on each of 62 days.</summary>
internal static class MeasuredHistory
{
    private const int Asked = 200;

    public static IReadOnlyList<Finding> Measure()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (history, now) = (new UsageHistory(TimeProvider.System), TimeProvider.System.GetUtcNow());
        for (var ago = UsageHistory.Days - 1; ago >= 0; ago--)
        {
            for (var sum = 0; sum < UsageHistory.MaxCells / UsageHistory.Days; sum++)
                history.Add(new HistoryEntry($"user-{sum / 2}", now.AddDays(-ago), sum % 2 == 0 ? "llama3.2:3b" : "qwen3:8b", "laptop") { PromptTokens = 1000, CompletionTokens = 100, FirstTokenMs = sum });
        }

        var held = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1048576.0;
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return
        [
            new Finding($"history of {history.Count} sums: memory", "MiB", held).AtMost(80),
            Time("history asked for one user, p99", history, new HistoryQuery("user-7", today.AddDays(1 - UsageHistory.Days), today)).AtMost(5),
            Time("history asked for everybody, p99", history, new HistoryQuery(null, today.AddDays(1 - UsageHistory.Days), today)).AtMost(50),
        ];
    }

    private static Finding Time(string what, UsageHistory history, HistoryQuery query)
    {
        var took = new List<double>();
        for (var time = 0; time < Asked; time++)
        {
            var began = Stopwatch.GetTimestamp();
            var report = history.Ask(query);
            _ = report.Days.Count + report.Models.Count + report.Keys.Count + report.Users.Count;
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return new Finding(what, "ms", Statistics.Percentile(took, 0.99));
    }
}
