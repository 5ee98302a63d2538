using System.Runtime.InteropServices;
using System.Text.Json;

namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>The results of one mode.</summary>
/// <param name="Mode">Its name on the command line.</param>
/// <param name="How">What was done, in a sentence.</param>
/// <param name="Findings">The lines of the table.</param>
/// <param name="Measurements">What they rest on, one by one.</param>
/// <param name="FirstError">The first failure, in words; the figures are then not to be believed.</param>
internal sealed record ModeReport(string Mode, string How, IReadOnlyList<Finding> Findings, object Measurements, string? FirstError = null)
{
    /// <summary>Cores that the machine shows; all processes share them.</summary>
    public int Cores { get; } = Environment.ProcessorCount;

    /// <summary>The .NET that ran it.</summary>
    public string Runtime { get; } = RuntimeInformation.FrameworkDescription;

    /// <summary>Prints the table, and the JSON after it unless it goes into a file.</summary>
    public async Task Publish(string? jsonFile, CancellationToken cancellationToken)
    {
        Console.WriteLine(Table() + "\n");
        var json = JsonSerializer.Serialize(this, ReportJson.Options);
        if (jsonFile is null)
            Console.WriteLine(json);
        else
            await File.WriteAllTextAsync(jsonFile, json + "\n", cancellationToken);
    }

    private string Table() => string.Join('\n', (IEnumerable<string>)
    [
        $"{Mode}: {How} {Cores} cores shared by all processes, {Runtime}.",
        "",
        "| figure | unit | value | 95 % interval | target | |",
        "| --- | --- | ---: | --- | --- | --- |",
        .. Findings.Select(Row),
        .. FirstError is null ? [] : (string[])["", $"First error: {FirstError}"],
    ]);

    private static string Row(Finding finding)
    {
        var interval = finding.Interval is { } between ? $"{Numbers.Text(between.Low)} to {Numbers.Text(between.High)}" : "";
        return $"| {finding.Name} | {finding.Unit} | {Numbers.Text(finding.Value)} | {interval} | {finding.Target} | {Numbers.Verdict(finding.Met)} |";
    }
}
