using System.CommandLine;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Cli.Options;
using RemoteLlm.Cli.Output;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm connectors list</c>.</summary>
internal sealed class ConnectorsListCommand : Command
{
    private static readonly string[] s_heading = ["NAME", "PREFIX", "STATUS", "CREATED"];

    public ConnectorsListCommand(EnvironmentSettings environment)
        : base("list", "List the connectors in connectors.yaml.")
    {
        var data = environment.Data();
        var format = environment.Format();
        Add(data);
        Add(format);
        SetAction(line =>
        {
            var connectors = AccessFileAnswers.Read(line.Need(data), ConnectorsFile.Name, ConnectorsFile.Parse);
            var rows = connectors.Connectors.Select(c => new Row(c.Name, c.Prefix, c.Blocked ? "blocked" : "active", c.CreatedAt)).ToList();
            var output = line.InvocationConfiguration.Output;
            if (line.GetValue(format) == ListFormat.Json)
            {
                ListJson.Write(output, rows);
            }
            else
            {
                TextTable.Write(output, s_heading, [.. rows.Select(row => row.Cells)]);
            }

            return ExitCodes.Ok;
        });
    }

    private sealed record Row(string Name, string Prefix, string Status, DateTimeOffset? CreatedAt)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string[] Cells => [Name, Prefix, Status, CreatedAt.Show()];
    }
}
