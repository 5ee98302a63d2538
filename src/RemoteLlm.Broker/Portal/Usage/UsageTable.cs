using System.Globalization;
using System.Text;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Broker.Usage.Queries;

namespace RemoteLlm.Broker.Portal.Usage;

/// <summary>Usage for spreadsheets: a row for each day, user, model and key.</summary>
internal static class UsageTable
{
    private static readonly string[] s_heading =
        ["day", "user", "model", "key", "key_id", "requests", "errors", "stopped", "prompt_tokens", "cached_tokens", "completion_tokens", "cost", "first_token_ms", "first_token_p95_ms"];

    /// <summary>The file.</summary>
    public static byte[] Of(IEnumerable<HistoryRow> rows)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        CsvTable.Write(text, s_heading, rows.Select(Cells));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>What it is called. Of a user's name only what every system takes in a file's.</summary>
    public static string NameOf(HistoryQuery query)
    {
        var user = query.User is null ? "everybody" : string.Concat(query.User.Where(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(64));
        return string.Create(CultureInfo.InvariantCulture, $"usage-{user}-{query.From:yyyy-MM-dd}-{query.To:yyyy-MM-dd}.csv");
    }

    private static string[] Cells(HistoryRow row) =>
    [
        row.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        row.User,
        row.Model,
        row.Key.Name,
        row.Key.Id ?? "",
        .. new long[] { row.Figures.Requests, row.Figures.Errors, row.Figures.Stopped, row.Figures.PromptTokens, row.Figures.CachedTokens, row.Figures.CompletionTokens }.Select(figure => figure.ToString(CultureInfo.InvariantCulture)),
        row.Figures.Cost.ToString("0.##########", CultureInfo.InvariantCulture),
        Time(row.Figures.FirstTokenMean),
        Time(row.Figures.FirstTokenP95),
    ];

    private static string Time(double? milliseconds) => milliseconds?.ToString("0", CultureInfo.InvariantCulture) ?? "";
}
