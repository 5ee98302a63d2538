using System.Globalization;
using RemoteLlm.Cli.Running;
using RemoteLlm.Connector.Status;

namespace RemoteLlm.Cli.Output;

/// <summary>A connector's report, for people. What is not known is a dash.</summary>
internal static class StatusText
{
    private const string None = "-";

    private static readonly string[] s_servers = ["SERVER", "KIND", "URL", "HEALTH", "MODELS", "LOAD", "LATENCY"];

    private static readonly string[] s_queue = ["SERVER", "USER", "CLASS", "WAITING", "FIRST", "IN ABOUT"];

    private static readonly string[] s_rows =
        ["SERVER", "MODEL", "REQUESTS", "ERRORS", "PROMPT", "CACHED", "ANSWER", "COST", "P50", "P95", "P99", "FIRST P50", "FIRST P95", "FIRST P99"];

    private static readonly string[] s_troubles = ["SERVER", "MODEL", "TROUBLE", "COUNT"];

    public static void Write(TextWriter output, RunningConnector connector)
    {
        var report = connector.Report;
        output.WriteLine(FormattableString.Invariant(
            $"Connector {report.Link?.ConnectorId ?? None}, version {report.Version}, process {report.Pid}, up for {Span(report.Uptime)}, management on {connector.Management}"));
        output.WriteLine(Link(report.Link));
        output.WriteLine(FormattableString.Invariant($"Requests now: {report.Active}, of which {report.Waiting} wait"));
        if (report.Sharing is { } sharing)
            output.Write(Sharing(sharing));
        if (report.UsageWaiting > 0)
            output.WriteLine(FormattableString.Invariant($"Usage waiting to be settled: {report.UsageWaiting}"));
        if (report.EventsDropped > 0)
            output.WriteLine(FormattableString.Invariant($"{report.EventsDropped} events were missed: the figures below are too low"));
        output.WriteLine();
        TextTable.Write(output, s_servers, [.. report.Servers.Select(Cells)]);
        foreach (var server in report.Servers.Where(server => server.Problem is not null))
            output.WriteLine($"{server.Name}: {server.Problem}");
        output.WriteLine();
        var queue = report.Servers.SelectMany(static server => server.Queue.Select(user => Cells(server, user))).ToList();
        if (queue.Count > 0)
        {
            TextTable.Write(output, s_queue, queue);
            output.WriteLine();
        }

        TextTable.Write(output, s_rows, [.. report.Rows.Select(row => Cells(row, row.Server ?? None, row.Model ?? None)), Cells(report.Total, "total", "")]);
        var troubles = report.Rows.SelectMany(Troubles).ToList();
        if (troubles.Count == 0)
            return;
        output.WriteLine();
        TextTable.Write(output, s_troubles, troubles);
    }

    private static string Link(LinkStanding? link) => link switch
    {
        null => "No broker",
        { Up: true } => FormattableString.Invariant($"Broker {link.Broker}: up, {link.Channels} channels"),
        _ => $"Broker {link.Broker}: down, {link.Problem ?? "no channel is up"}",
    };

    // One line; one more where the file has an error.
    private static string Sharing(SharingReport sharing) => string.Concat(
        $"Sharing: {sharing.State}",
        sharing.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $" until {until.ToLocalTime():yyyy-MM-dd HH:mm}") : "",
        sharing.Narrowed is { } narrowed ? $"; {narrowed}" : "",
        Environment.NewLine,
        sharing.Problem is { } problem ? $"The last good access.yaml is in force: {problem}{Environment.NewLine}" : "");

    private static string[] Cells(ServerStanding server) =>
    [
        server.Name, server.Kind, server.Url, server.Healthy ? "up" : "down", Number(server.Models),
        // Running of slots, and those that wait: 3/4 +2.
        Number(server.Running) + (server.Slots is { } slots ? "/" + Number(slots) : "") + (server.Waiting > 0 ? " +" + Number(server.Waiting) : ""),
        Seconds(server.Latency),
    ];

    private static string[] Cells(ServerStanding server, QueueStanding user) =>
        [server.Name, user.User.Length == 0 ? None : user.User, user.Class, Number(user.Waiting), Number(user.Position), Seconds(user.Wait)];

    private static string[] Cells(StatusRow row, string server, string model) =>
    [
        server, model, Number(row.Requests), row.ErrorRate is { } rate ? (rate * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%" : None,
        Number(row.PromptTokens), Number(row.CachedTokens), Number(row.CompletionTokens), Dollars(row.Cost),
        Seconds(row.Latency?.P50), Seconds(row.Latency?.P95), Seconds(row.Latency?.P99), Seconds(row.FirstToken?.P50), Seconds(row.FirstToken?.P95), Seconds(row.FirstToken?.P99),
    ];

    // An error is how a request ended; a failure, how one try at the server did.
    private static IEnumerable<string[]> Troubles(StatusRow row) =>
        row.ErrorsByCode.Select(error => ("error " + error.Key, error.Value)).Concat(row.Failures.Select(failure => ("failure " + failure.Key, failure.Value)))
            .OrderByDescending(trouble => trouble.Value).ThenBy(trouble => trouble.Item1, StringComparer.Ordinal)
            .Select(trouble => new[] { row.Server ?? None, row.Model ?? None, trouble.Item1, Number(trouble.Value) });

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Dollars(decimal? cost) => cost is { } known ? "$" + known.ToString("0.00##", CultureInfo.InvariantCulture) : None;

    private static string Seconds(double? seconds) => seconds switch
    {
        null => None,
        < 1 => (seconds.Value * 1000).ToString("0.#", CultureInfo.InvariantCulture) + " ms",
        < 100 => seconds.Value.ToString("0.00", CultureInfo.InvariantCulture) + " s",
        _ => seconds.Value.ToString("0", CultureInfo.InvariantCulture) + " s",
    };

    private static string Span(long seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { TotalDays: >= 1 } days => FormattableString.Invariant($"{days.Days} d {days.Hours} h"),
        { TotalHours: >= 1 } hours => FormattableString.Invariant($"{hours.Hours} h {hours.Minutes} min"),
        { TotalMinutes: >= 1 } minutes => FormattableString.Invariant($"{minutes.Minutes} min {minutes.Seconds} s"),
        var rest => FormattableString.Invariant($"{rest.Seconds} s"),
    };
}
