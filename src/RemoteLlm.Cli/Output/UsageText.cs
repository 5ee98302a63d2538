using System.Globalization;
using RemoteLlm.Broker.Usage.Queries;

namespace RemoteLlm.Cli.Output;

/// <summary>Sums of usage as a table with a total, for spreadsheets, or for scripts.</summary>
internal static class UsageText
{
    private static readonly string[] s_figures = ["requests", "prompt_tokens", "cached_tokens", "completion_tokens", "cost", "errors", "stopped"];
    private static readonly string[] s_titles = ["REQUESTS", "PROMPT", "CACHED", "COMPLETION", "COST", "ERRORS", "STOPPED"];

    public static void Write(TextWriter output, UsageReport report, UsageGrouping by, ListFormat format)
    {
        string[] names = by == UsageGrouping.Key ? ["user", "key"] : [by.ToString().ToLowerInvariant()];
        switch (format)
        {
            case ListFormat.Json:
                ListJson.Write(output, report.Rows.Select(sum => Row.Of(sum, by)));
                break;
            case ListFormat.Csv:
                CsvTable.Write(output, [.. names, .. s_figures], [.. report.Rows.Select(sum => Cells(sum, Names(sum)))]);
                break;
            default:
                var total = Cells(report.Total, ["TOTAL", .. names.Skip(1).Select(_ => "")]);
                TextTable.Write(output, [.. names.Select(name => name.ToUpperInvariant()), .. s_titles], [.. report.Rows.Select(sum => Cells(sum, Names(sum))), total], numbersFrom: names.Length);
                break;
        }
    }

    private static string[] Names(UsageSum sum) => sum.User is null ? [sum.Name] : [sum.User, sum.Name];

    private static string[] Cells(UsageSum sum, string[] names) =>
    [
        .. names,
        .. new[] { sum.Requests, sum.PromptTokens, sum.CachedTokens, sum.CompletionTokens }.Select(figure => figure.ToString(CultureInfo.InvariantCulture)),
        sum.Cost.ToString("0.##########", CultureInfo.InvariantCulture),
        sum.Errors.ToString(CultureInfo.InvariantCulture),
        sum.Stopped.ToString(CultureInfo.InvariantCulture),
    ];

    private sealed record Row(
        string? User, string? Key, string? KeyId, string? Model, string? Day, string? Connector, long Requests, long PromptTokens, long CachedTokens, long CompletionTokens, decimal Cost, long Errors, long Stopped)
    {
        public static Row Of(UsageSum sum, UsageGrouping by) => new(
            by == UsageGrouping.User ? sum.Name : sum.User,
            by == UsageGrouping.Key ? sum.Name : null,
            sum.KeyId,
            by == UsageGrouping.Model ? sum.Name : null,
            by == UsageGrouping.Day ? sum.Name : null,
            by == UsageGrouping.Connector ? sum.Name : null,
            sum.Requests, sum.PromptTokens, sum.CachedTokens, sum.CompletionTokens, sum.Cost, sum.Errors, sum.Stopped);
    }
}
