using System.CommandLine;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.Modes;

/// <summary>The command line of a mode: its own options, and the file for its results.</summary>
internal static class ModeCommand
{
    /// <summary>A mode that measures and reports.</summary>
    /// <param name="name">What it is called on the command line.</param>
    /// <param name="description">One line for the help.</param>
    /// <param name="options">Those it has besides <c>--json</c>.</param>
    /// <param name="run">Measures.</param>
    public static Command Create(string name, string description, Option[] options, Func<ParseResult, CancellationToken, Task<ModeReport>> run)
    {
        var json = new Option<FileInfo?>("--json") { Description = "Write the JSON to this file instead of after the table." };
        var command = new Command(name, description) { json };
        foreach (var option in options)
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                var report = await run(parsed, cancellationToken);
                await report.Publish(parsed.GetValue(json)?.FullName, cancellationToken);
                // Slow is a finding; an error means that the figures are not to be believed.
                return report.FirstError is null ? 0 : 1;
            }
            catch (BenchmarkException failure)
            {
                await Console.Error.WriteLineAsync(failure.Message);
                return 1;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return 130;
            }
        });
        return command;
    }

    /// <summary>A number with a default, held between two bounds.</summary>
    public static Option<double> Number(string name, string description, double fallback, double least, double most) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
        CustomParser = result => Math.Clamp(double.Parse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture), least, most),
    };
}
