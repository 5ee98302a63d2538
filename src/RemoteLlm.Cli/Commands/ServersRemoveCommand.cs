using System.CommandLine;
using RemoteLlm.Cli.Options;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm servers remove NAME</c>.</summary>
internal sealed class ServersRemoveCommand : Command
{
    public ServersRemoveCommand(EnvironmentSettings environment, TimeProvider time)
        : base("remove", "Remove an LLM server; requests that run there end in peace.")
    {
        var name = new Argument<string>("NAME") { Description = "The server's name." };
        var data = environment.Data();
        Add(name);
        Add(data);
        SetAction(async (line, cancellationToken) =>
        {
            var folder = line.Need(data);
            var entry = ServersAnswers.Need(folder, line.GetRequiredValue(name));
            var outcome = (await new ServersFileEditor(folder, time).Remove(entry.Name, cancellationToken)).OrFail();
            await line.InvocationConfiguration.Error.WriteLineAsync(outcome.Message);
            return ExitCodes.Ok;
        });
    }
}
