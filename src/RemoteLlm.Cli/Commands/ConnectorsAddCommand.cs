using System.CommandLine;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm connectors add NAME</c>: standard output is the token and nothing else, so that a script can take it.</summary>
internal sealed class ConnectorsAddCommand : Command
{
    public ConnectorsAddCommand(EnvironmentSettings environment, TimeProvider time)
        : base("add", "Add a connector and print its token, once.")
    {
        var name = new Argument<string>("NAME") { Description = "Lowercase letters, digits, dot, dash and underscore, at most 63." };
        var data = environment.Data();
        Add(name);
        Add(data);
        SetAction(async (line, cancellationToken) =>
        {
            var token = ConnectorToken.Generate();
            var folder = line.Need(data);
            var editor = new ConnectorsFileEditor(folder, time);
            var outcome = (await editor.Add(line.GetRequiredValue(name), token, cancellationToken)).OrFail();

            var streams = line.InvocationConfiguration;
            await streams.Output.WriteLineAsync(token);
            (outcome with { Message = $"{outcome.Message} The token is shown only now: {editor.Path} keeps its hash. Give it to the connector as REMOTELLM_CONNECTOR_TOKEN or in a --token-file." })
                .Tell(folder, time, "connector.made", line.GetRequiredValue(name), streams.Error);
            return ExitCodes.Ok;
        });
    }
}
