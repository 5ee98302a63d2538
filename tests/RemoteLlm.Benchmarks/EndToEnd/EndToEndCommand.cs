using System.CommandLine;

namespace RemoteLlm.Benchmarks.EndToEnd;

/// <summary>The command line of the end-to-end run.</summary>
internal static class EndToEndCommand
{
    public static Command Create()
    {
        var defaults = new EndToEndOptions();
        var repetitions = new Option<int>("--repetitions") { Description = "How often each scenario is measured on either path.", DefaultValueFactory = _ => defaults.Repetitions };
        var seconds = new Option<double>("--seconds") { Description = "Seconds of each measurement.", DefaultValueFactory = _ => defaults.Seconds };
        var hold = new Option<double>("--hold-seconds") { Description = "Seconds for which 256 streams are held.", DefaultValueFactory = _ => defaults.HoldSeconds };
        var json = new Option<FileInfo?>("--json") { Description = "Write the JSON to this file instead of after the table." };
        var direct = new Option<bool>("--direct-only") { Description = "Measure the fake LLM server only: what machine, server and load generator are capable of." };

        var command = new Command(Roles.EndToEnd, "Direct against relayed, in turns: latency, throughput, CPU and memory.") { repetitions, seconds, hold, json, direct };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await EndToEndRun.Run(
                    new EndToEndOptions
                    {
                        Repetitions = Math.Clamp(parsed.GetValue(repetitions), 1, 100),
                        Seconds = Math.Clamp(parsed.GetValue(seconds), 0.5, 60),
                        HoldSeconds = Math.Clamp(parsed.GetValue(hold), 1, 600),
                        JsonFile = parsed.GetValue(json)?.FullName,
                        DirectOnly = parsed.GetValue(direct),
                    },
                    cancellationToken);
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
}
