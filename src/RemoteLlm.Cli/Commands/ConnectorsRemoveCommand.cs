using System.CommandLine;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm connectors remove NAME</c>.</summary>
internal sealed class ConnectorsRemoveCommand : Command
{
    public ConnectorsRemoveCommand(EnvironmentSettings environment, TimeProvider time)
        : base("remove", "Remove a connector; its token is worthless from then on.")
    {
        var name = new Argument<string>("NAME") { Description = "The connector's name." };
        var data = environment.Data();
        Add(name);
        Add(data);
        SetAction(async (line, cancellationToken) =>
        {
            var folder = line.Need(data);
            _ = AccessFileAnswers.Read(folder, ConnectorsFile.Name, ConnectorsFile.Parse);
            var outcome = (await new ConnectorsFileEditor(folder, time).Remove(line.GetRequiredValue(name), cancellationToken)).OrFail();
            outcome.Tell(folder, time, "connector.revoked", line.GetRequiredValue(name), line.InvocationConfiguration.Error);
            return ExitCodes.Ok;
        });
    }
}
