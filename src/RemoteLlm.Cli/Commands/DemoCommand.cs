using System.CommandLine;
using RemoteLlm.Cli.Demo;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Logging;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm demo</c>: broker, connector and an LLM server on this machine, and one answer that crosses them.</summary>
internal sealed class DemoCommand : Command
{
    public DemoCommand(EnvironmentSettings environment)
        : base("demo", "Show the whole path on this machine: broker, connector and an LLM server, and one streamed answer through them.")
    {
        var once = new Option<bool>("--once") { Description = "Exit after the answer instead of staying up until Ctrl-C." };
        var llm = environment.Text("--llm", "The LLM server's address, or 'replay' for the recorded one. Default: an Ollama, LM Studio or llama.cpp on its usual port, else the recorded one.");
        Add(once);
        Add(llm);
        SetAction(async (line, cancellationToken) =>
        {
            var output = line.InvocationConfiguration.Output;
            // The demo's own words go to the reader; logs only if something is wrong.
            var logs = environment[ConsoleLogOptions.LevelVariable] is null
                ? ConsoleLogOptions.From(environment) with { Level = Microsoft.Extensions.Logging.LogLevel.Error, ToStandardError = true }
                : ConsoleLogOptions.From(environment) with { ToStandardError = true };
            await using var stage = await DemoStage.SetAsync(line.GetValue(llm), logs, cancellationToken);
            await stage.DescribeAsync(output);
            await DemoChat.PlayAsync(stage, output, cancellationToken);
            if (line.GetValue(once))
                return;

            await output.WriteLineAsync("\nEverything stays up until Ctrl-C. Try the curl line in another terminal, or the portal in a browser.");
            using var stop = new Running.StopSignal();
            await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
    }
}
