using System.CommandLine;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm connectors</c>: the connectors in the broker's <c>connectors.yaml</c>. A broker that runs takes each change within two seconds.</summary>
internal sealed class ConnectorsCommand : Command
{
    public ConnectorsCommand(EnvironmentSettings environment, TimeProvider time)
        : base("connectors", "Add, list and remove the connectors that may sign in at the broker.")
    {
        Add(new ConnectorsAddCommand(environment, time));
        Add(new ConnectorsListCommand(environment));
        Add(new ConnectorsRemoveCommand(environment, time));
    }
}
