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
        $"| {figure.Name} | {figure.Unit} | {Numbers.Text(figure.Direct)} | {Numbers.Text(figure.Relayed)} | {Numbers.Text(figure.Added)} | {Numbers.Text(figure.Ratio)} | {figure.Target} | {Numbers.Verdict(figure.Met)} |";

    private static string Row(Resources resources) =>
        $"| {resources.Process} | {Numbers.Text(resources.CpuPerMillionChunks)} | {Numbers.Text(resources.CpuPerMillionPacedChunks)} | {resources.SteadyMiB:F0} | {resources.PeakMiB:F0} |";
}
