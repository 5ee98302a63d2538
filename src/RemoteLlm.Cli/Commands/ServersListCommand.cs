using System.CommandLine;
using System.Globalization;
using RemoteLlm.Cli.Options;
using RemoteLlm.Cli.Output;
using RemoteLlm.Connector.Servers.Lookup;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm servers list</c>: looks at each server itself; load and medians come from a running connector, where there is one.</summary>
internal sealed class ServersListCommand : Command
{
    private static readonly string[] s_heading = ["NAME", "KIND", "URL", "HEALTH", "MODELS", "LOAD", "LATENCY"];

    /// <summary>Declares the command.</summary>
    /// <param name="environment">The settings around the process.</param>
    /// <param name="time">The clock.</param>
    /// <param name="live">Asks the running connector of a data folder; null, or a null answer, where there is none to ask.</param>
    public ServersListCommand(EnvironmentSettings environment, TimeProvider time, Func<string, CancellationToken, Task<LiveServers?>>? live = null)
        : base("list", "List the LLM servers in servers.json, and how they are.")
    {
        var data = environment.Data();
        var format = environment.Format();
        Add(data);
        Add(format);
        SetAction(async (line, cancellationToken) =>
        {
            var (folder, streams) = (line.Need(data), line.InvocationConfiguration);
            var entries = ServersAnswers.Read(folder).Servers;
            var known = live is null ? null : await live(folder, cancellationToken);
            var lookup = new ServerLookup(time);
            var rows = await Task.WhenAll(entries.Select(async entry => Row.Of(entry, await lookup.LookAsync(entry, cancellationToken), known?.Find(entry.Name))));
            if (line.GetValue(format) == ListFormat.Json)
            {
                ListJson.Write(streams.Output, rows);
                return ExitCodes.Ok;
            }

            TextTable.Write(streams.Output, s_heading, [.. rows.Select(row => row.Cells)]);
            foreach (var row in rows.Where(row => row.Problem is not null))
                await streams.Error.WriteLineAsync($"{row.Name}: {row.Problem}");
            if (rows.Length == 0)
                await streams.Error.WriteLineAsync($"There is no server in {Path.Combine(folder, ServersJson.Name)}. \"remotellm servers detect\" finds those on this machine; \"remotellm servers add NAME URL\" adds one.");
            return ExitCodes.Ok;
        });
    }

    private sealed record Row(string Name, string Kind, string Url, bool Healthy, string? Problem, string? Version, int? Models, int? Slots, int? Running, int? Waiting, double? LatencyMs, int Priority)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string[] Cells =>
        [
            Name, Kind, Url, Healthy ? "up" : "down", Models?.ToString(CultureInfo.InvariantCulture) ?? "-", Load, LatencyMs is { } ms ? $"{ms.ToString("0", CultureInfo.InvariantCulture)} ms" : "-",
        ];

        // Running of slots, and those that wait: 3/4 +2.
        private string Load => Running is { } running ? $"{running}{(Slots is { } slots ? $"/{slots}" : "")}{(Waiting > 0 ? $" +{Waiting}" : "")}" : "-";

        public static Row Of(ServerEntry entry, ServerReport report, LiveServer? live)
        {
            var kind = entry.Kind ?? (report.IsUp ? report.Look.Kind : null);
            return new Row(
                entry.Name,
                kind is { } known ? ServerKinds.NameOf(known) : "-",
                entry.Address.ToString(),
                live?.Healthy ?? report.IsUp,
                live is null ? report.Look.Error : live.Problem,
                report.Look.Version,
                report.Look.Models?.Count,
                live?.Slots ?? entry.MaxConcurrent ?? report.Look.Slots,
                live?.Running,
                live?.Waiting,
                live?.P50Ms ?? (report.IsUp ? Math.Round(report.Took.TotalMilliseconds, 1) : null),
                entry.Priority);
        }
    }
}
