using System.CommandLine;
using System.Text.Json;
using RemoteLlm.Cli.Options;
using RemoteLlm.Cli.Output;
using RemoteLlm.Cli.Running;
using RemoteLlm.Connector.Status;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm status</c>: what the connector that runs here serves, and what it has served since its start.</summary>
internal sealed class StatusCommand : Command
{
    public StatusCommand(EnvironmentSettings environment)
        : base("status", "Show what the running connector serves: requests, tokens, cost, errors and latency by server and model since its start.")
    {
        var data = environment.Data();
        var management = environment.Address("--management", "The connector's management port, such as http://127.0.0.1:9465; otherwise the one that its data folder names.");
        var format = environment.Format();
        Add(data);
        Add(management);
        Add(format);
        SetAction(async (line, cancellationToken) =>
        {
            var connector = line.GetValue(management) is { } address
                ? await RunningConnector.AtAsync(address, cancellationToken)
                : await RunningConnector.OfFolderAsync(line.Need(data), cancellationToken);
            var output = line.InvocationConfiguration.Output;
            if (line.GetValue(format) == ListFormat.Json)
                await output.WriteLineAsync(JsonSerializer.Serialize(connector.Report, StatusJson.Options));
            else
                StatusText.Write(output, connector);
            return ExitCodes.Ok;
        });
    }
}
