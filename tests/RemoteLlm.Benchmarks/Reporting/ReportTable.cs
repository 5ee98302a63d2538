using System.Globalization;

namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>A report for people: Markdown tables.</summary>
internal static class ReportTable
{
    public static string Of(Report report) => string.Join('\n', (IEnumerable<string>)
    [
        $"{report.Cores} cores shared by all processes, {report.Runtime}, medians of {report.Options.Repetitions} alternating repetitions of {report.Options.Seconds} s.",
        "",
        "| figure | unit | direct | relayed | added | ratio | target | |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- | --- |",
        .. report.Figures.Select(Row),
        "",
        "| process | CPU s per million chunks, full speed | paced | memory MiB | peak MiB |",
        "| --- | ---: | ---: | ---: | ---: |",
        .. report.Resources.Select(Row),
        .. report.FirstError is null ? [] : (string[])["", $"First error: {report.FirstError}"],
    ]);

    private static string Row(Figure figure) =>
        $"| {figure.Name} | {figure.Unit} | {Number(figure.Direct)} | {Number(figure.Relayed)} | {Number(figure.Added)} | {Number(figure.Ratio)} | {figure.Target} | {Verdict(figure.Met)} |";

    private static string Row(Resources resources) =>
        $"| {resources.Process} | {Number(resources.CpuPerMillionChunks)} | {Number(resources.CpuPerMillionPacedChunks)} | {resources.SteadyMiB:F0} | {resources.PeakMiB:F0} |";

    private static string Verdict(bool? met) => met switch { true => "met", false => "not met", null => "" };

    private static string Number(double? value) => value switch
    {
        null => "",
        0 => "0",
        _ when Math.Abs(value.Value) >= 1000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value.Value) >= 10 => value.Value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("F3", CultureInfo.InvariantCulture),
    };
}
